import Foundation
import TestSupport

extension Machine {
  /// Installs dockward as `make install PREFIX=/usr` does.
  func install() throws {
    let staging = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: staging) }
    try Outcome.of(
      "/usr/bin/env",
      [
        "BINARY=\(Self.binary().path)", "PREFIX=/usr", "DESTDIR=\(staging.path)",
        Self.repository.appending(path: ".ci/install").path, "install",
      ]
    ).expectSuccess()
    let files = FileManager.default.enumerator(atPath: staging.path)?.compactMap { $0 as? String }
    for file in files ?? [] {
      let source = staging.appending(path: file)
      let kind = try FileManager.default.attributesOfItem(atPath: source.path)[.type]
      guard kind as? FileAttributeType == .typeRegular else { continue }
      try shell("mkdir -p '/\((file as NSString).deletingLastPathComponent)'")
      try copy(source.path, to: "/" + file)
    }
    try shell("systemctl daemon-reload && journalctl --update-catalog")
  }

  func copy(_ source: String, to target: String) throws {
    try harness("copy", [path, source, target]).expectSuccess()
  }

  /// Has a unit of dockward run another command of it once, in the same sandbox.
  func replaceCommand(of unit: String, with command: String, more: [String] = []) throws {
    let directory = "/run/systemd/system/\(unit).d"
    let lines =
      [
        "[Service]", "Type=oneshot", "WatchdogSec=0", "Restart=no", "ExecReload=", "ExecStart=",
        "ExecStart=\(command)",
      ] + more
    try shell(
      """
      mkdir -p '\(directory)' && cat >'\(directory)/test.conf' <<'END' && systemctl daemon-reload
      \(lines.joined(separator: "\n"))
      END
      """)
  }

  /// The entries of the journal that these matches select, oldest first, by the names of their fields.
  func journal(_ matches: String) throws -> [[String: String]] {
    try shell("journalctl --sync; journalctl --no-pager -o json \(matches)")
      .split(separator: "\n").map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return (object as? [String: Any] ?? [:]).compactMapValues { $0 as? String }
      }
  }
}
