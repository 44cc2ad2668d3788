import Foundation
import Glibc

enum TemporaryDirectory {
  struct CannotCreate: Error { let errno: CInt }

  /// What `body` returns, given a directory that is there only as long as it runs.
  static func with<Outcome>(_ body: (String) throws -> Outcome) throws -> Outcome {
    var template = Array("/tmp/dockward-documents-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw CannotCreate(errno: errno) }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  static func with<Outcome>(_ body: (String) async throws -> Outcome) async throws -> Outcome {
    var template = Array("/tmp/dockward-documents-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw CannotCreate(errno: errno) }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
  }
}
