import Foundation
import TestSupport
import Testing

/// A machine with a real systemd and a real dockerd, made by `Tests/Machine/machine`.
struct Machine: Sendable {
  /// Which Debian, and so which Engine, it runs.
  enum Suite: String, CaseIterable, CustomTestStringConvertible {
    /// Engine 20.10, systemd 252.
    case bookworm
    /// Engine 26.1, systemd 257.
    case trixie

    var testDescription: String { rawValue }
  }

  private let directory: URL
  var path: String { directory.path }

  /// What `body` gives, with a fresh machine that has the built dockward in `/usr/bin`; the machine is
  /// gone afterwards, also when `body` throws.
  static func with<Outcome>(
    _ suite: Suite, _ body: (Machine) async throws -> Outcome
  ) async throws -> Outcome {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "dockward-machine-\(UUID().uuidString)")
    let machine = Machine(directory: directory)
    defer { _ = try? machine.harness("down", directory.path) }
    try machine.harness("up", suite.rawValue, directory.path).expectSuccess()
    try machine.harness("copy", directory.path, try binary().path, "/usr/bin/dockward")
      .expectSuccess()
    return try await body(machine)
  }

  /// The output of a shell command in the machine; throws when it fails.
  @discardableResult
  func shell(_ script: String) throws -> String {
    let outcome = try run("sh", "-c", script)
    try outcome.expectSuccess()
    return outcome.output
  }

  /// Puts a program of `Tests/Machine/guest` into the machine.
  func copy(guest name: String, to path: String) throws {
    let program = Self.repository.appending(path: "Tests/Machine/guest/\(name)").path
    try harness("copy", directory.path, program, path).expectSuccess()
  }

  /// How a command in the machine ended.
  func run(_ command: String...) throws -> Outcome {
    try harness("exec", [directory.path] + command)
  }

  /// The report of `dockward` with these arguments, which has to end with exit status 0.
  func audit(_ arguments: String...) throws -> AuditReport {
    let outcome = try harness(
      "exec", [directory.path, "dockward", "--format", "json"] + arguments)
    try outcome.expectSuccess()
    return try AuditReport(json: Data(outcome.output.utf8))
  }

  /// Why no machine can run here; `nil` when one can.
  static let obstacle: String? = {
    do {
      let outcome = try Outcome.of(harnessPath, ["ready"])
      return outcome.status == 0 ? nil : outcome.errors
    } catch {
      return "\(error)"
    }
  }()

  static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let harnessPath = repository.appending(path: "Tests/Machine/machine").path

  /// The statically linked release binary: that of `DOCKWARD_BINARY`, else of `make build`.
  static func binary() throws -> URL {
    let named = ProcessInfo.processInfo.environment["DOCKWARD_BINARY"].map { URL(filePath: $0) }
    let binary = named ?? repository.appending(path: ".build/release/dockward")
    guard FileManager.default.isExecutableFile(atPath: binary.path) else {
      throw Failure("there is no binary at \(binary.path); make build makes it")
    }
    return binary
  }

  private func harness(_ verb: String, _ arguments: String...) throws -> Outcome {
    try harness(verb, arguments)
  }

  func harness(_ verb: String, _ arguments: [String]) throws -> Outcome {
    try Outcome.of(Self.harnessPath, [verb] + arguments)
  }
}
