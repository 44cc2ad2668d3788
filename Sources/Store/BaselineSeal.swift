import Crypto
import Foundation
import SystemPackage

/// What makes a change of the stored baseline noticed: a key that only root can read, and beside the
/// database the number of the newest baseline, which an older copy of the database does not know.
///
/// Whoever can read the key is root and can do anything, putting back an older copy of the whole
/// directory included.
struct BaselineSeal {
  static let keyName = "baseline.key"
  static let headName = "baseline.head"
  private static let keySize = 32

  let key: SymmetricKey

  /// What the directory says of the newest baseline.
  enum Head: Equatable {
    /// There was none so far: neither the key nor the head is there.
    case absent
    case generation(Int64)
    /// The two files do not go together.
    case broken(String)
  }

  /// The key and the head that are in `directory`. Throws a `StoreError` where they cannot be read, which
  /// proves nothing.
  static func read(
    in directory: borrowing StoreDirectory, attempt: String
  ) throws(StoreError) -> (seal: BaselineSeal?, head: Head) {
    func content(_ name: String) throws(StoreError) -> Result<[UInt8]?, StoreDirectory.Untrusted> {
      do {
        return .success(try directory.read(name, limit: 4096))
      } catch let error as StoreDirectory.Untrusted {
        return .failure(error)
      } catch {
        let path = "\(directory.path)/\(name)"
        throw StoreError(attempt, path, .init(error, at: path, timeout: 0))
      }
    }
    func broken(_ name: String, _ why: some CustomStringConvertible) -> Head {
      .broken("'\(directory.path)/\(name)' cannot be trusted: \(why)")
    }
    let keyBytes: [UInt8]?
    switch try content(keyName) {
    case .success(let bytes): keyBytes = bytes
    case .failure(let why): return (nil, broken(keyName, why))
    }
    let headBytes: [UInt8]?
    switch try content(headName) {
    case .success(let bytes): headBytes = bytes
    case .failure(let why): return (nil, broken(headName, why))
    }
    guard let keyBytes else {
      // The first head is made before the key.
      guard let headBytes, Self.claimed(headBytes) != 0 else { return (nil, .absent) }
      return (nil, .broken("the key '\(directory.path)/\(keyName)' is missing"))
    }
    guard keyBytes.count == keySize else {
      return (nil, broken(keyName, "it is not \(keySize) bytes long"))
    }
    let seal = BaselineSeal(key: SymmetricKey(data: keyBytes))
    guard let headBytes else {
      return (seal, .broken("'\(directory.path)/\(headName)' is missing"))
    }
    guard let generation = seal.generation(in: headBytes) else {
      return (seal, broken(headName, "the key did not sign it"))
    }
    return (seal, .generation(generation))
  }

  /// The seal of `directory`, made where there is none; throws where a file cannot be written.
  ///
  /// What cannot be trusted is replaced: only somebody who accepts a baseline comes here, and is told.
  static func make(
    in directory: borrowing StoreDirectory, from seal: BaselineSeal?, attempt: String
  ) throws(StoreError) -> BaselineSeal {
    if let seal { return seal }
    // From the system's generator, getrandom(2).
    let made = BaselineSeal(key: SymmetricKey(size: .bits256))
    // The head first, so that a key without a head is never what a killed process has left.
    try made.advance(to: 0, in: directory, attempt: attempt)
    do {
      try directory.write(made.key.withUnsafeBytes { Array($0) }, to: keyName)
    } catch {
      throw StoreError(attempt, "\(directory.path)/\(keyName)", .init(errno: error.rawValue))
    }
    return made
  }

  /// Writes down that `generation` is the newest one.
  func advance(
    to generation: Int64, in directory: borrowing StoreDirectory, attempt: String
  ) throws(StoreError) {
    let staged = try stage(generation, in: directory, attempt: attempt)
    try Self.commit(staged, in: directory, attempt: attempt)
  }

  /// The first half of `advance`, which takes room on the disk.
  func stage(
    _ generation: Int64, in directory: borrowing StoreDirectory, attempt: String
  ) throws(StoreError) -> String {
    let mac = Hexadecimal.text(code(of: Self.headText(generation)))
    do {
      return try directory.stage(Array("\(generation) \(mac)\n".utf8), for: Self.headName)
    } catch {
      throw StoreError(attempt, "\(directory.path)/\(Self.headName)", .init(errno: error.rawValue))
    }
  }

  /// The second half of `advance`.
  static func commit(
    _ staged: String, in directory: borrowing StoreDirectory, attempt: String
  ) throws(StoreError) {
    do {
      try directory.rename(staged, to: headName, exclusively: false)
    } catch {
      throw StoreError(attempt, "\(directory.path)/\(headName)", .init(errno: error.rawValue))
    }
  }

  func code(of bytes: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
  }

  func isCode(_ code: [UInt8], of bytes: [UInt8]) -> Bool {
    HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: bytes, using: key)
  }

  private static func headText(_ generation: Int64) -> [UInt8] {
    Array("dockward baseline head v1\n\(generation)".utf8)
  }

  /// The generation that `head` names, signed or not; `nil` where it names none.
  static func claimed(_ head: [UInt8]) -> Int64? {
    Int64(String(decoding: head.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))
  }

  private func generation(in head: [UInt8]) -> Int64? {
    guard let generation = Self.claimed(head), generation >= 0 else { return nil }
    let digits = head.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix { $0 != 0x0A }
    guard let mac = Hexadecimal.bytes(String(decoding: digits, as: UTF8.self)),
      isCode(mac, of: Self.headText(generation))
    else { return nil }
    return generation
  }
}
