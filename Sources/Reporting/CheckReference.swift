import HardeningModel

/// A check with its places in the benchmarks: what explains it to a person.
package struct CheckReference: Sendable {
  /// Its place in one benchmark.
  package struct Place: Sendable {
    package var benchmark: Benchmark
    package var section: String
    package var entry: Benchmark.Entry
  }

  package var check: Check
  /// One for each benchmark that has it, in the order of the benchmarks.
  package var places: [Place]

  package init(_ check: Check, in benchmarks: [Benchmark]) {
    self.check = check
    places = benchmarks.flatMap { benchmark in
      benchmark.sections.flatMap { section in
        section.entries.filter { $0.slug == check.slug }.map {
          Place(benchmark: benchmark, section: section.id, entry: $0)
        }
      }
    }
  }

  /// Its place in the benchmark `id`, or else in the first that has it.
  func place(preferring id: String) -> Place? {
    places.first { $0.benchmark.id == id } ?? places.first
  }
}

extension Benchmark.Entry {
  /// `1`, `2`, or a dash where it has no level.
  var levelText: String { level.map(String.init) ?? "-" }
}

extension [Stride] {
  /// The categories in words with their letters, e.g. `tampering (T), denial of service (D)`.
  var inWords: String { map { "\($0.name) (\($0.rawValue))" }.joined(separator: ", ") }
}

extension Remedy {
  /// What `--remediate` does about the check, in sentences.
  var automation: String {
    let assurance = "Then it judges the check again. dockward undo takes it back exactly."
    return switch action {
    case nil:
      "Nothing: dockward does not mend this by itself. A person does, by the steps above."
    case .giveBack(let owner):
      """
      It gives each file that is named to root and to \(owner == .root ? "group 0" : "that group"); \
      setuid and setgid are taken from it first, for what another has written must not run as root. \
      \(Self.files) \(assurance)
      """
    case .clearExtraBits:
      "It takes the extra bits from each file that is named, and gives none. \(Self.files) \(assurance)"
    case .configureDaemon, .watch, .exportContentTrust, .update:
      "It takes these steps. \(assurance)"
    }
  }

  /// What keeps a repair from touching another file.
  private static let files = """
    Only the very file that was judged is changed: not where others than root can write to a directory \
    above it, nor where it is a regular file with other names (hard links).
    """

  /// What the steps interrupt, as a sentence.
  var interruption: String {
    switch disruption {
    case .none: "The steps interrupt nothing."
    case .reload: "dockerd has to read its configuration again, which interrupts nothing else."
    case .restart:
      "dockerd has to restart; containers go on running only where live-restore is on."
    case .recreate: "The container has to be created again, and is down meanwhile."
    }
  }
}
