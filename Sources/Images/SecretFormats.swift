/// Secrets that say by their form what they are, as their issuers document them.
struct SecretFormat: Sendable {
  var kind: String
  var prefix: [UInt8]
  /// What may follow the prefix.
  var body: ByteSet
  var lengths: ClosedRange<Int>

  init(_ kind: String, _ prefix: String, _ body: ByteSet, _ lengths: ClosedRange<Int>) {
    self.kind = kind
    self.prefix = Array(prefix.utf8)
    self.body = body
    self.lengths = lengths
  }

  init(_ kind: String, _ prefix: String, _ body: ByteSet, _ length: Int) {
    self.init(kind, prefix, body, length...length)
  }

  /// Longer ones are cut off, which takes nothing from what is said of them.
  private static let open = 4096

  static let all: [SecretFormat] = clouds + forges + services

  private static let clouds = [
    SecretFormat("AWS access key", "AKIA", .base32, 16),
    SecretFormat("AWS session key", "ASIA", .base32, 16),
    SecretFormat("Google API key", "AIza", .base64URL, 35),
    SecretFormat("Google OAuth secret", "GOCSPX-", .base64URL, 28),
    SecretFormat("Google OAuth token", "ya29.", .base64URL, 20...open),
    SecretFormat("DigitalOcean token", "dop_v1_", .lowerHex, 64),
    SecretFormat("DigitalOcean token", "doo_v1_", .lowerHex, 64),
    SecretFormat("Azure storage key", "AccountKey=", .base64, 80...100),
    SecretFormat("Databricks token", "dapi", .lowerHex, 32),
    SecretFormat("Vault token", "hvs.", .base64URL, 20...open),
    SecretFormat("Vault token", "hvb.", .base64URL, 20...open),
    SecretFormat("age private key", "AGE-SECRET-KEY-1", .upperAlphanumeric, 58),
  ]

  private static let forges =
    ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map {
      SecretFormat("GitHub token", $0, .alphanumeric, 36...251)
    } + [
      SecretFormat("GitHub token", "github_pat_", .word, 40...251)
    ]
    + ["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glsoat-", "glimt-", "glagent-"].map {
      SecretFormat("GitLab token", $0, .base64URLAndDot, 20...300)
    } + [
      SecretFormat("npm token", "npm_", .alphanumeric, 36),
      SecretFormat("PyPI token", "pypi-AgE", .base64URL, 50...open),
      SecretFormat("RubyGems key", "rubygems_", .lowerHex, 48),
      SecretFormat("crates.io token", "cio", .alphanumeric, 32),
      SecretFormat("Docker token", "dckr_pat_", .base64URL, 20...100),
      SecretFormat("Docker token", "dckr_oat_", .base64URL, 20...100),
    ]

  private static let services =
    ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-"].map {
      SecretFormat("Slack token", $0, .base64URL, 20...open)
    } + [
      SecretFormat("Slack webhook", "hooks.slack.com/services/T", .path, 20...200),
      SecretFormat("Stripe key", "sk_live_", .alphanumeric, 16...251),
      SecretFormat("Stripe key", "rk_live_", .alphanumeric, 16...251),
      SecretFormat("Shopify token", "shpat_", .hex, 32),
      SecretFormat("SendGrid key", "SG.", .base64URLAndDot, 60...70),
      SecretFormat("Hugging Face token", "hf_", .alphanumeric, 34),
      SecretFormat("OpenAI key", "sk-proj-", .base64URL, 40...300),
      SecretFormat("Anthropic key", "sk-ant-", .base64URL, 40...300),
      SecretFormat("Grafana token", "glsa_", .word, 41),
      SecretFormat("Sentry token", "sntrys_", .base64, 40...open),
    ]

  /// The formats, by the first byte of their prefixes.
  static let byFirstByte: [[SecretFormat]] = {
    var table: [[SecretFormat]] = Array(repeating: [], count: 256)
    for format in all {
      if let first = format.prefix.first { table[Int(first)].append(format) }
    }
    return table
  }()
}

/// A set of bytes.
struct ByteSet: Sendable {
  private var low: (UInt64, UInt64) = (0, 0)

  init(_ ranges: [ClosedRange<Character>], _ others: String = "") {
    for range in ranges {
      guard let first = range.lowerBound.asciiValue, let last = range.upperBound.asciiValue else {
        continue
      }
      for byte in first...last { insert(byte) }
    }
    for byte in others.utf8 { insert(byte) }
  }

  private mutating func insert(_ byte: UInt8) {
    if byte < 64 {
      low.0 |= 1 << UInt64(byte)
    } else if byte < 128 {
      low.1 |= 1 << UInt64(byte - 64)
    }
  }

  func contains(_ byte: UInt8) -> Bool {
    if byte < 64 { return low.0 & (1 << UInt64(byte)) != 0 }
    return byte < 128 && low.1 & (1 << UInt64(byte - 64)) != 0
  }

  static let alphanumeric = ByteSet(["A"..."Z", "a"..."z", "0"..."9"])
  static let upperAlphanumeric = ByteSet(["A"..."Z", "0"..."9"])
  static let word = ByteSet(["A"..."Z", "a"..."z", "0"..."9"], "_")
  static let base32 = ByteSet(["A"..."Z", "2"..."7"])
  static let base64 = ByteSet(["A"..."Z", "a"..."z", "0"..."9"], "+/=")
  static let base64URL = ByteSet(["A"..."Z", "a"..."z", "0"..."9"], "-_")
  static let base64URLAndDot = ByteSet(["A"..."Z", "a"..."z", "0"..."9"], "-_.")
  static let path = ByteSet(["A"..."Z", "a"..."z", "0"..."9"], "/_-")
  static let hex = ByteSet(["A"..."F", "a"..."f", "0"..."9"])
  static let lowerHex = ByteSet(["a"..."f", "0"..."9"])
  /// What a name of a variable, a key or an option is made of.
  static let name = ByteSet(["A"..."Z", "a"..."z", "0"..."9"], "_.-")
  /// What ends a value that is not quoted.
  static let valueEnd = ByteSet([], " \t\r\n\"'`;&|<>(),}")
  /// What ends the part of an address before its path.
  static let authorityEnd = ByteSet([], " \t\r\n\"'`/?#<>\\(),;")
  static let escapes = ByteSet([], "nrt")
  static let blank = ByteSet([], " \t")
}
