import Foundation

/// How a process ended.
package struct Outcome {
  package var status: Int32
  package var output: String
  package var errors: String

  /// How the program at `path` ended, which is waited for.
  package static func of(_ path: String, _ arguments: [String]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    // Files, since a pipe that nobody reads meanwhile would fill up.
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (output, errors) = (folder.appending(path: "output"), folder.appending(path: "errors"))
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  package func expectSuccess() throws {
    guard status == 0 else { throw Failure("exit status \(status): \(errors)\(output)") }
  }
}

package struct Failure: Error, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}
