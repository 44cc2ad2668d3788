import Foundation

/// A directory for a test, below `/tmp`: its path is short enough for the address of a socket in it.
package enum TemporaryDirectory {
  /// What `body` returns, given a directory that is there only as long as it runs, and that nobody
  /// else may write to.
  package static func with<Outcome>(_ body: (String) throws -> Outcome) throws -> Outcome {
    let path = try make()
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  package static func with<Outcome>(
    _ body: (String) async throws -> Outcome
  ) async throws -> Outcome {
    let path = try make()
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
  }

  private static func make() throws -> String {
    var template = Array("/tmp/dockward-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure("cannot make a directory in '/tmp'") }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
