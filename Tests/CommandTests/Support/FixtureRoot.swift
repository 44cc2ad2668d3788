import TestSupport

extension FixtureRoot {
  /// What `body` returns, given an empty root that is there only as long as it runs.
  static func with<Outcome>(_ body: (FixtureRoot) throws -> Outcome) throws -> Outcome {
    try TemporaryDirectory.with { try body(FixtureRoot(path: $0)) }
  }

  /// Makes it a host with Docker's files: all as they should be, but daemon.json, which all may write.
  func makeHost() throws {
    try file("/etc/hostname", "fixture\n")
    try file("/etc/machine-id", String(repeating: "0", count: 32) + "\n")
    try file("/etc/group", "root:x:0:\ndocker:x:999:\n")
    try file("/etc/docker/daemon.json", "{}\n", mode: 0o666)
    try file(
      "/usr/lib/systemd/system/docker.service", "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n")
    try file("/usr/lib/systemd/system/docker.socket", "[Socket]\nListenStream=/run/docker.sock\n")
  }
}
