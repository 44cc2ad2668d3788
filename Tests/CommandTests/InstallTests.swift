import Foundation
import TestSupport
import Testing

/// What `make install` and `make uninstall` do.
@Suite("Installation")
struct InstallTests {
  private static let script = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: ".ci/install").path

  private func run(_ verb: String, _ destination: String, prefix: String = "/usr") throws -> Outcome
  {
    try Outcome.of(
      "/usr/bin/env",
      [
        "BINARY=\(Dockward.executable)", "PREFIX=\(prefix)", "DESTDIR=\(destination)", Self.script,
        verb,
      ])
  }

  private func files(_ directory: String) -> [String] {
    (FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? [])
      .filter { path in
        var isDirectory: ObjCBool = false
        _ = FileManager.default.fileExists(
          atPath: directory + "/" + path, isDirectory: &isDirectory)
        return !isDirectory.boolValue
      }.sorted()
  }

  @Test("puts everything in its place, and takes away everything but what is the administrator's")
  func whole() throws {
    try TemporaryDirectory.with { directory in
      try run("install", directory, prefix: "/opt/dockward").expectSuccess()
      let files = files(directory)
      for path in [
        "opt/dockward/bin/dockward", "opt/dockward/lib/systemd/system/dockward.service",
        "opt/dockward/lib/systemd/system/dockward-layers.service",
        "opt/dockward/lib/systemd/system/dockward-remediate@.service",
        "opt/dockward/lib/systemd/catalog/dockward.catalog",
        "opt/dockward/share/dockward/benchmarks/cis-1.8.0.yaml",
        "opt/dockward/share/doc/dockward/service.md", "etc/dockward/dockward.yaml",
        "etc/dockward/waivers.yaml",
      ] {
        #expect(files.contains(path), "\(path)")
      }
      let unit = try String(
        contentsOfFile: directory + "/opt/dockward/lib/systemd/system/dockward.service",
        encoding: .utf8)
      #expect(unit.contains("\nExecStart=/opt/dockward/bin/dockward daemon\n"))
      for path in files where path.contains("systemd") {
        let text = try String(contentsOfFile: directory + "/" + path, encoding: .utf8)
        #expect(!text.contains("@prefix@"))
      }
      #expect(
        FileManager.default.isExecutableFile(atPath: directory + "/opt/dockward/bin/dockward"))

      let outcome = try run("uninstall", directory, prefix: "/opt/dockward")
      try outcome.expectSuccess()
      #expect(self.files(directory) == ["etc/dockward/dockward.yaml", "etc/dockward/waivers.yaml"])
      #expect(!FileManager.default.fileExists(atPath: directory + "/opt/dockward"))
      #expect(outcome.errors.contains("'\(directory)/etc/dockward' (the configuration)"))
    }
  }

  @Test("leaves a configuration alone that is there")
  func configuration() throws {
    try TemporaryDirectory.with { directory in
      let file = directory + "/etc/dockward/dockward.yaml"
      try FileManager.default.createDirectory(
        atPath: directory + "/etc/dockward", withIntermediateDirectories: true)
      try "history:\n  keepDays: 7\n".write(toFile: file, atomically: false, encoding: .utf8)
      let outcome = try run("install", directory)
      try outcome.expectSuccess()
      #expect(outcome.errors == "'\(file)' is there and stays as it is.\n")
      #expect(try String(contentsOfFile: file, encoding: .utf8) == "history:\n  keepDays: 7\n")
      try run("install", directory).expectSuccess()
      #expect(try String(contentsOfFile: file, encoding: .utf8) == "history:\n  keepDays: 7\n")
    }
  }

  @Test("takes no prefix that units cannot name", arguments: ["usr", "", "/a b", "/a|b", "/%n"])
  func prefix(_ prefix: String) throws {
    try TemporaryDirectory.with { directory in
      // An empty one is as none.
      let outcome = try run("install", directory, prefix: prefix)
      #expect((outcome.status == 0) == prefix.isEmpty)
      if !prefix.isEmpty { #expect(files(directory).isEmpty) }
    }
  }
}
