import Foundation
import TestSupport

/// A machine with a kernel of its own, made by `Tests/Machine/vm`.
enum VirtualMachine {
  /// Which Debian, and so which kernel and Engine, it runs.
  enum Suite: String, Sendable {
    /// Linux 6.1, Engine 20.10.
    case bookworm
    /// Linux 6.12, Engine 26.1.
    case trixie
  }

  /// Why these tests do not run; `nil` when they do. A machine takes minutes, so it must be asked for.
  static var obstacle: String? {
    suite == nil
      ? "they take minutes: make test-vm runs them, with DOCKWARD_VM_SUITE=bookworm or trixie" : nil
  }

  static var suite: Suite? {
    ProcessInfo.processInfo.environment["DOCKWARD_VM_SUITE"].flatMap(Suite.init)
  }

  /// What became of a stage.
  struct Result {
    /// The exit status of its script, and what that printed.
    var status: String
    var log: String
    /// The report of the audit that followed.
    var report: AuditReport
  }

  /// What came of each stage, in order, on one fresh machine.
  static func run(_ stages: [Stage], on suite: Suite) throws -> [Result] {
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "dockward-vm-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let (input, output) = (scratch.appending(path: "in"), scratch.appending(path: "out"))
    let folder = input.appending(path: "stages")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: binary(), to: input.appending(path: "dockward"))
    for (program, name) in [("stages", "run"), ("crashes", "crashes")] {
      try FileManager.default.copyItem(
        at: harness.appending(path: "guest/\(program)"), to: input.appending(path: name))
    }
    for (index, stage) in stages.enumerated() {
      try Data((stage.script + "\n").utf8).write(to: folder.appending(path: "\(name(index)).sh"))
      try Data((stage.runBy + "\n").utf8).write(to: folder.appending(path: "\(name(index)).by"))
    }
    let outcome = try Outcome.of(
      harness.appending(path: "vm").path, ["run", suite.rawValue, input.path, output.path])
    try outcome.expectSuccess()
    print(outcome.output, terminator: "")

    func read(_ file: String) throws -> Data {
      try Data(contentsOf: output.appending(path: file))
    }
    return try stages.enumerated().map { index, stage in
      let json = try read("\(name(index)).json")
      guard !json.isEmpty else {
        let errors = String(decoding: try read("\(name(index)).errors"), as: UTF8.self)
        throw Failure("no report after '\(stage.name)': \(errors)")
      }
      return Result(
        status: String(decoding: try read("\(name(index)).status"), as: UTF8.self)
          .trimmingCharacters(in: .whitespacesAndNewlines),
        log: String(decoding: try read("\(name(index)).log"), as: UTF8.self),
        report: try AuditReport(json: json))
    }
  }

  /// A file name that sorts by `index`.
  private static func name(_ index: Int) -> String { "stage-\(100 + index)" }

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let harness = repository.appending(path: "Tests/Machine")

  /// The statically linked release binary: that of `DOCKWARD_BINARY`, else of `make build`.
  private static func binary() throws -> URL {
    let named = ProcessInfo.processInfo.environment["DOCKWARD_BINARY"].map { URL(filePath: $0) }
    let binary = named ?? repository.appending(path: ".build/release/dockward")
    guard FileManager.default.isExecutableFile(atPath: binary.path) else {
      throw Failure("there is no binary at \(binary.path); make build makes it")
    }
    return binary
  }
}
