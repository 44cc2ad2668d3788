/// Whether a value is one that somebody keeps secret, and not one that stands for it.
enum SecretValue {
  /// How much of a value is looked at: enough to tell.
  static let sample = 256

  /// Whether the value of something that is called a secret is one. `strictly` where the name is less
  /// sure to be the value's.
  static func isSecret(
    _ value: ArraySlice<UInt8>, of name: SecretName, strictly: Bool = false
  ) -> Bool {
    let value = value.prefix(sample)
    guard !isPlaceholder(value) else { return false }
    let bits = entropy(of: value)
    if strictly { return value.count >= 16 && bits >= 48 }
    // People choose passwords, and they are short; the others are made by machines.
    return name == .password
      ? value.count >= 4 && bits >= 8 : value.count >= 12 && bits >= 32
  }

  /// Whether the body of a well-known format was made by a machine.
  static func isRandom(_ body: ArraySlice<UInt8>) -> Bool {
    let body = body.prefix(sample)
    guard !body.isEmpty, entropy(of: body) / Double(body.count) >= 2.5 else { return false }
    let text = lowercased(body)
    return !text.contains("example") && !text.contains("xxxxxx")
  }

  /// Shannon's entropy of the bytes, in bits, all of them together.
  static func entropy(of bytes: ArraySlice<UInt8>) -> Double {
    var counts = [Int](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    let total = Double(bytes.count)
    var bits = 0.0
    for count in counts where count > 0 {
      bits -= Double(count) * logarithm(Double(count) / total)
    }
    return bits
  }

  /// To the base of 2, to three places, of a number in (0, 1].
  private static func logarithm(_ number: Double) -> Double {
    var rest = number.significand
    var result = Double(number.exponent)
    var place = 0.5
    for _ in 0..<12 {
      rest *= rest
      if rest >= 2 {
        rest /= 2
        result += place
      }
      place /= 2
    }
    return result
  }

  /// Whether it is put in later, taken from elsewhere, or only an example.
  private static func isPlaceholder(_ value: ArraySlice<UInt8>) -> Bool {
    guard let first = value.first else { return true }
    if value.allSatisfy({ $0 == first }) { return true }
    let text = lowercased(value)
    if starts.contains(where: text.hasPrefix) { return true }
    if parts.contains(where: text.contains) { return true }
    let letters = String(
      decoding: text.utf8.filter { ByteSet.alphanumeric.contains($0) }, as: UTF8.self)
    return letters.isEmpty || words.contains(letters) || letters.allSatisfy { $0 == "x" }
  }

  private static func lowercased(_ bytes: ArraySlice<UInt8>) -> String {
    String(
      decoding: bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  /// Expansions, templates, files, and addresses of stores.
  private static let starts: [String] = [
    "$", "\\$", "%", "{", "<", "[", "@", "*", "`", "./", "../", "~/", "/run/", "/etc/", "/var/",
    "/opt/", "/usr/", "/home/", "/tmp/", "/root/", "/srv/", "/mnt/", "/data/", "/app/", "/secrets/",
    "/config/", "/vault/", "/certs/", "/keys/", "/proc/", "/dev/", "file:", "http:", "https:",
    "arn:", "vault:", "op://", "env:", "ssm:", "your", "replace", "insert", "enter", "put_", "put-",
    "process.env", "os.environ",
  ]
  private static let parts = [
    "example", "placeholder", "changeme", "change_me", "change-me", "redacted", "${", "$(", "{{",
    ".*", "<%",
  ]
  private static let words: Set<String> = [
    "changeit", "changethis", "dummy", "sample", "todo", "tbd", "none", "null", "nil", "true",
    "false", "yes", "no", "on", "off", "hidden", "masked", "undefined", "default", "empty", "unset",
    "fixme", "notset", "disabled", "enabled", "required", "optional", "fake",
  ]
}
