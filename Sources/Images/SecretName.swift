/// What the name of a variable, a key or an option says of its value.
enum SecretName: String {
  case password, token, secret, key

  /// `nil` for the name of something that is no secret.
  init?(_ name: some Collection<UInt8>) {
    let words = Self.words(of: name.suffix(128))
    guard let last = words.last, !Self.attributes.contains(last) else { return nil }
    for (index, word) in words.enumerated().reversed() {
      if let kind = Self.kinds[word] {
        self = kind
        return
      }
      if word == "PASS" || word == "PWD", index == words.count - 1, words.count > 1 {
        self = .password
        return
      }
      if word == "KEY", index > 0, Self.keys.contains(words[index - 1]) {
        self = .key
        return
      }
      for (ending, kind) in Self.endings where word.hasSuffix(ending) {
        self = kind
        return
      }
    }
    return nil
  }

  /// `dbPassword`, `DB_PASSWORD` and `db-password` are `DB`, `PASSWORD`.
  private static func words(of name: some Collection<UInt8>) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var wasLower = false
    func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    func end() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word = []
    }
    for byte in name {
      if !ByteSet.alphanumeric.contains(byte) {
        end()
      } else {
        if isUpper(byte), wasLower { end() }
        word.append(isLower(byte) ? byte & 0xDF : byte)
      }
      wasLower = isLower(byte)
    }
    end()
    return words
  }

  private static let kinds: [String: SecretName] = [
    "PASSWORD": .password, "PASSWORDS": .password, "PASSWD": .password, "PASSPHRASE": .password,
    "TOKEN": .token, "TOKENS": .token, "AUTHTOKEN": .token, "SECRET": .secret, "SECRETS": .secret,
    "CREDENTIAL": .secret, "CREDENTIALS": .secret, "APIKEY": .key, "SECRETKEY": .key,
    "PRIVATEKEY": .key, "ACCESSKEY": .key,
  ]
  private static let endings: [(String, SecretName)] = [
    ("PASSWORD", .password), ("PASSWD", .password), ("APIKEY", .key), ("TOKEN", .token),
    ("SECRET", .secret),
  ]
  /// What makes a key a secret one.
  private static let keys: Set<String> = [
    "API", "ACCESS", "SECRET", "PRIVATE", "ENCRYPTION", "SIGNING", "MASTER", "AUTH", "STORAGE",
    "ACCOUNT", "LICENSE", "HMAC", "JWT",
  ]
  /// Of a secret, but none itself.
  private static let attributes: Set<String> = [
    "FILE", "FILES", "PATH", "DIR", "DIRECTORY", "URL", "URI", "NAME", "ID", "TTL", "LENGTH", "LEN",
    "SIZE", "EXPIRY", "EXPIRES", "EXPIRATION", "TIMEOUT", "TYPE", "ALGORITHM", "ALG", "ENABLED",
    "DISABLED", "POLICY", "MIN", "MAX", "ROTATION", "HEADER", "ENDPOINT", "HOST", "PORT", "SERVICE",
    "PREFIX", "SUFFIX", "COMMAND", "CMD", "PROMPT", "FORMAT", "VERSION", "COUNT", "LIMIT", "FIELD",
    "PARAM", "REQUIRED", "MODE", "REGEX", "PATTERN", "ISSUER", "AUDIENCE", "BUCKET", "REF", "ARN",
    "STORE", "PROVIDER", "BACKEND", "HELPER", "FINGERPRINT",
  ]
}
