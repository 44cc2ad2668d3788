import ArgumentParser
import Catalog
import Documents
import FoundationEssentials
import HardeningModel
import Journal
import Store
import Warden

/// `dockward waive`: adds, removes and lists waivers.
struct Waive: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "waive", abstract: "Accept failures for a time, with a reason.",
    discussion: """
      What is waived is printed as [WAIVED] and counted apart, until the end of the day given with \
      --until, in UTC. Waivers are entries of a file, which may be edited by hand as well. Exit \
      status: 0 done, 2 usage or configuration error, 3 the file could not be written.
      """)

  @Argument(
    help: ArgumentHelp(
      "Numbers, sections (5, 5.*) or names, with commas: the checks whose failures are accepted.",
      valueName: "selectors"))
  var selector: String?

  @Option(help: ArgumentHelp("Why they are accepted.", valueName: "text"))
  var reason: String?

  @Option(
    help: ArgumentHelp("The last day, in UTC, as 2026-01-31.", valueName: "date"))
  var until: String?

  @Option(
    help: ArgumentHelp(
      "Only for subjects whose text in a report matches, such as container:web (default: all).",
      valueName: "glob"))
  var subject: String?

  @Flag(help: "Remove the waiver of these selectors and this subject.")
  var remove = false

  @Flag(help: "List the waivers with their state; judges this host, or a --snapshot.")
  var list = false

  @Option(help: "The form of the list.")
  var format: OutputOptions.Format = .text

  @OptionGroup(title: "Where they are") var file: WaiverOptions
  @OptionGroup(title: "By which benchmark") var benchmark: BenchmarkOptions
  @OptionGroup(title: "Which host is judged for the list") var source: SourceOptions

  @Option(help: ConfigurationFile.help) var config: String?

  func validate() throws {
    if list {
      guard selector == nil, reason == nil, until == nil, subject == nil, !remove else {
        throw ValidationError("--list takes no selectors, --reason, --until, --subject or --remove")
      }
      guard source.saveSnapshot == nil else {
        throw ValidationError("--save-snapshot goes with check")
      }
      return
    }
    guard source.isDefault, format == .text else {
      throw ValidationError("--format and the options of which host is judged go with --list")
    }
    guard selector != nil else {
      throw ValidationError("which checks? Name them, or give --list")
    }
    if remove {
      guard reason == nil, until == nil else {
        throw ValidationError("--remove takes neither --reason nor --until")
      }
    } else if reason == nil || until == nil {
      throw ValidationError("a waiver needs --reason and --until")
    }
  }

  func run() async throws {
    let configuration = try ConfigurationFile.load(config)
    if list { return try await printList(configuration) }
    let selector = String((self.selector ?? "")[...].trimmingSpace())
    if remove {
      try removeWaiver(of: selector, configuration)
    } else {
      try addWaiver(of: selector, configuration)
    }
  }

  // MARK: adding

  private func addWaiver(of selector: String, _ configuration: Configuration) throws {
    let waiver = try waiver(of: selector, configuration)
    try edit { bytes in
      try WaiverFile.adding(
        waiver, to: bytes, file: file.path, maximumDays: configuration.maximumWaiverDays)
    }
    tellJournal(of: waiver, .added)
    Terminal.complain("\(waiver.scope) is waived until \(waiver.until) ('\(file.path)')")
    let glob = waiver.subject.pattern
    if glob != Waiver.everySubject.pattern, glob.contains(where: { "*?".contains($0) }) {
      Terminal.complain(
        "'\(glob)' also matches what is given such a name later; a whole name does not")
    }
  }

  private func waiver(of selector: String, _ configuration: Configuration) throws -> Waiver {
    let today = Day.today
    let reason = self.reason ?? ""
    guard reason.contains(where: { !$0.isWhitespace }) else {
      throw Failure(.usage, "--reason: the text is empty")
    }
    guard let until = Day(self.until ?? "") else {
      throw Failure(.usage, "--until: '\(self.until ?? "")' is no day, as 2026-01-31 is one")
    }
    guard until >= today else {
      throw Failure(.usage, "--until: \(until) is past; today is \(today) in UTC")
    }
    if let refusal = WaiverFile.refusal(
      from: today, to: until, maximumDays: configuration.maximumWaiverDays)
    {
      throw Failure(.usage, "--until: \(refusal)")
    }
    let subject = self.subject ?? Waiver.everySubject.pattern
    guard
      subject.contains(where: { ":*?".contains($0) })
        || ["host", "daemon", "swarm"].contains(subject)
    else {
      throw Failure(
        .usage,
        "--subject: '\(subject)' is no subject of a report, as container:web, image:debian:12 and file:/etc/docker are"
      )
    }
    var waiver = Waiver(
      selector: selector, subject: Glob(subject), reason: reason, entered: today, until: until,
      who: Operator.name)
    do {
      let library = try benchmark.library()
      let inUse = try benchmark.benchmarkInUse(of: library)
      if Selector.hasNumbers(selector) { waiver.benchmark = inUse.id }
      _ = try WaiverFile.slugs(of: waiver, by: inUse, library: library)
    } catch {
      throw Failure(.usage, error)
    }
    return waiver
  }

  // MARK: removing

  private func removeWaiver(of selector: String, _ configuration: Configuration) throws {
    let subject = Glob(self.subject ?? Waiver.everySubject.pattern)
    var wanted: Benchmark?
    if !benchmark.isEmpty {
      do { wanted = try benchmark.benchmarkInUse(of: benchmark.library()) } catch {
        throw Failure(.usage, error)
      }
    }
    var removed: Waiver?
    try edit { bytes in
      let parsed = try WaiverFile.parse(
        bytes ?? [], file: file.path, maximumDays: configuration.maximumWaiverDays)
      let index = try parsed.index(of: selector, subject: subject, benchmark: wanted?.id)
      removed = parsed.entries[index].waiver
      return try parsed.removing(
        index, from: bytes ?? [], maximumDays: configuration.maximumWaiverDays)
    }
    guard let removed else { return }
    tellJournal(of: removed, .removed)
    Terminal.complain("\(removed.scope) is not waived any more ('\(file.path)')")
  }

  /// Tells the journal what became of a waiver of this host.
  private func tellJournal(of waiver: Waiver, _ action: JournalEvents.WaiverAction) {
    guard file.path == WaiverOptions.standardPath,
      let inUse = try? benchmark.benchmarkInUse(of: benchmark.library())
    else { return }
    HostJournal.tell(
      [JournalEvents(inUse).waiver(waiver, action, by: Operator.name)],
      about: Store.standardDirectory)
  }

  private func edit(_ change: ([UInt8]?) throws -> [UInt8]) throws {
    do {
      try TextFile.edit(
        file.path, limit: WaiverFile.sizeLimit, trust: .rootOnly, change)
    } catch {
      throw Failure(error is TextFile.WriteFailure ? .incomplete : .usage, error)
    }
  }
}

extension WaiverFile {
  /// Which entry is meant by what was typed; of `nil` benchmarks any is.
  func index(
    of selector: String, subject: Glob, benchmark: String?
  ) throws(DocumentError) -> Int {
    let named = entries.indices.filter { entries[$0].waiver.selector == selector }
    let found = named.filter { index in
      let waiver = entries[index].waiver
      return waiver.subject == subject && (benchmark == nil || waiver.benchmark == benchmark)
    }
    if found.count == 1, let index = found.first { return index }
    let scope = Waiver.scope(of: selector, subject)
    if !found.isEmpty {
      throw DocumentError(
        file: file, reason: "\(scope) is waived in more than one benchmark; give --benchmark")
    }
    let others = named.map { "'\(entries[$0].waiver.subject.pattern)'" }
    let hint =
      others.isEmpty ? "" : "; \(selector) is, for --subject \(others.joined(separator: ", "))"
    throw DocumentError(file: file, reason: "\(scope) is not waived in '\(file)'\(hint)")
  }
}
