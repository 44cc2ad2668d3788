import Foundation
import Testing

/// A process that says `ready` and then waits for the end of its input.
enum ChildProcess {
  /// Whether a process may be given file systems and a network of its own.
  static let canBeApart: Bool = {
    let probe = Process()
    probe.executableURL = URL(filePath: "/usr/bin/unshare")
    probe.arguments = ["--mount", "--net", "true"]
    probe.standardError = FileHandle.nullDevice
    guard (try? probe.run()) != nil else { return false }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
  }()

  /// What `body` returns, given the process' number; it ends before this does.
  static func run<Outcome>(
    _ executable: String, _ arguments: [String], _ body: (Int) async throws -> Outcome
  ) async throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    defer {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
    try #require(try output.fileHandleForReading.read(upToCount: 5) == Data("ready".utf8))
    return try await body(Int(process.processIdentifier))
  }
}
