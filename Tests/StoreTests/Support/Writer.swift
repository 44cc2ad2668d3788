import Foundation
import TestSupport

/// A process of the program `StoreWriter`, which is built beside the tests.
final class Writer {
  private let process = Process()
  private let output: URL

  init(_ scratch: Scratch, _ arguments: String...) throws {
    let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent()
    output = URL(filePath: "\(scratch.path)/output-\(UUID().uuidString)")
    try Data().write(to: output)
    process.executableURL = folder.appending(path: "StoreWriter")
    process.arguments = arguments
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
  }

  /// The whole lines that it has said so far.
  func lines() throws -> [String] {
    let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// Waits until it has said a line; throws where it ends without.
  func waitForWord() throws {
    while try lines().isEmpty {
      guard process.isRunning else { throw Failure("StoreWriter said nothing") }
      usleep(1000)
    }
  }

  /// Ends it at once.
  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func expectSuccess() throws {
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure("StoreWriter ended with \(process.terminationStatus)")
    }
  }

  deinit { if process.isRunning { kill() } }
}
