import HardeningModel

/// A report made by hand that has every verdict and every marking.
extension Report {
  /// `text` says what the evidence of the containers says.
  static func sample(text: String = "plain", engine: Reading<EngineFacts> = .found(.sample))
    -> Report
  {
    let entries: [(section: String, Benchmark.Entry, Check, [Finding])] = [
      (
        "3",
        Benchmark.Entry(
          id: "3.1", slug: "file-a", title: "Ensure that a is owned by root", level: 1,
          marking: .scored),
        .sample(
          "file-a", .host, [.tampering, .elevationOfPrivilege], .assist(.none, "Give a to root.")),
        [
          Finding(
            subject: .file("/etc/b"), verdict: .pass, observed: "owner 0:0", expected: "owner 0:0",
            source: "lstat"),
          Finding(
            subject: .file("/etc/a"), verdict: .fail, observed: "owner 1000:0",
            expected: "owner 0:0", source: "lstat"),
        ]
      ),
      (
        "3",
        Benchmark.Entry(
          id: "3.2", slug: "file-c", title: "Ensure that c is there", level: 2, marking: .notScored),
        .sample("file-c", .registry, [.spoofing], .assist(.none, "Nothing.")),
        [
          Finding(
            subject: .file("/etc/c"), verdict: .notApplicable, source: "lstat",
            reason: "it does not exist")
        ]
      ),
      (
        "5",
        Benchmark.Entry(
          id: "5.1", slug: "container-a", title: "Ensure that containers do a", level: nil,
          marking: .automated),
        .sample(
          "container-a", .client, Stride.allCases, .assist(.recreate, "Make the container anew.")),
        [
          Finding(
            subject: .container("web"), verdict: .pass, observed: "a: \(text)", expected: "a",
            source: "GET /containers/{id}/json"),
          Finding(
            subject: .container("db"), verdict: .unknown, source: "GET /containers/{id}/json",
            reason: "the Engine did not report \(text)"),
        ]
      ),
      (
        "5",
        Benchmark.Entry(
          id: "5.10", slug: "container-b", title: "Ensure that \(text) is b", level: 1,
          marking: .manual),
        .sample(
          "container-b", .host, [.denialOfService], .assist(.restart, "Think; then \"restart\".")),
        [
          Finding(
            subject: .container(text), verdict: .manual, observed: text, expected: "b",
            source: "GET /containers/{id}/json", reason: "a person must judge \(text)")
        ]
      ),
      (
        "5",
        Benchmark.Entry(
          id: "5.11", slug: "container-c", title: "Ensure that c", level: 1, marking: .automated),
        .sample("container-c", .host, [.repudiation], .assist(.reload, "Reload.")),
        [Finding(subject: .daemon, verdict: .pass, observed: "c", expected: "c")]
      ),
    ]
    let titles = ["3": "Files", "5": "Containers: \(text)"]
    return Report(
      scan: Scan(
        id: "00000000-0000-0000-0000-000000000000", startedAt: "2025-01-02T03:04:05Z",
        durationMilliseconds: 42, host: "host-\(text)", machineID: "", version: "0.0.0"),
      engine: Engine(engine),
      benchmark: Benchmark(id: "sample-1.0", title: "A Sample", version: "1.0", sections: []),
      sections: ["3", "5"].map { id in
        Section(
          id: id, title: titles[id, default: ""],
          results: entries.filter { $0.section == id }
            .map { Result(entry: $0.1, check: $0.2, findings: $0.3) })
      })
  }

  /// What a container might be called, or say, to break the report: newlines that would begin a line
  /// of their own, terminal escapes of seven and of eight bits, text that runs backwards, letters that
  /// do not show, quotes and backslashes.
  static let hostile =
    "x\n[PASS] 5.1 fake\r\n\t\u{1B}[2J\u{1B}]0;title\u{7}\u{9B}31m\u{8}\u{7F}\u{0}\u{85}\u{2028}\u{2029}"
    + "\u{202E}drow\u{2066}\u{200B}\u{200E}\u{AD}\u{FEFF}\u{E0041}\u{E000}\"quoted\" 'q' \\back\\ \\u{1B} é 😀"
}

extension Check {
  fileprivate static func sample(
    _ slug: String, _ surface: Surface, _ stride: [Stride], _ remedy: Remedy
  ) -> Check {
    Check(
      slug: slug, surface: surface, stride: stride,
      explanation: Explanation(reads: "It.", passes: "It is.", threat: "It may not be."),
      remedy: remedy
    ) { _ in [] }
  }
}

extension EngineFacts {
  static let sample: EngineFacts = {
    var info = EngineInfo()
    info.dataRoot = .value("/var/lib/docker")
    return EngineFacts(
      endpoint: "unix:///var/run/docker.sock", version: "26.1.5", apiVersion: "1.45",
      info: .found(info))
  }()
}
