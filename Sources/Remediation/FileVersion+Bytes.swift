import Crypto

extension FileVersion {
  /// The most that a file which is changed may hold.
  package static let limit = 16 << 20

  package init(_ bytes: [UInt8], _ attributes: Attributes) {
    self.init(digest: Self.digest(of: bytes), attributes: attributes)
    self.bytes = bytes
  }

  /// SHA-256 of `bytes`, in lower-case hexadecimal digits.
  package static func digest(of bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The bytes, from the backups where they are not at hand.
  func bytes(in backups: Backups) throws(RemediationError) -> [UInt8] {
    if let bytes { return bytes }
    return try backups.bytes(of: digest)
  }
}
