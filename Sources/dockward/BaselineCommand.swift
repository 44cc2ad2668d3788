import ArgumentParser
import Catalog
import Documents
import Drift
import FoundationEssentials
import HardeningModel
import Reporting
import Store
import Warden

/// `dockward baseline`: what is accepted for this host.
struct BaselineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline", abstract: "Accept this host as it is, and see what differs since.",
    discussion: """
      What is accepted is kept with who accepted it, when and why, and signed, so that it is noticed \
      when somebody changes it. Exit status: 0 done, 1 the --fail-on condition of diff holds, 2 usage or \
      configuration error, a file that is no baseline, or nothing is accepted, 3 the pass did not see all of \
      the host, or the store cannot be used or was tampered with.
      """,
    subcommands: [
      BaselineAccept.self, BaselineShow.self, BaselineDiff.self, BaselineExport.self,
      BaselineImport.self,
    ])
}

/// `dockward baseline accept`
struct BaselineAccept: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept", abstract: "Judge this host now, and accept it as it is.",
    discussion: "Makes the store where there is none. From then on each pass is compared with it.")

  @Option(help: ArgumentHelp("Why it is accepted.", valueName: "text"))
  var reason = ""

  @Option(help: "The form in which what is accepted is printed.")
  var format: OutputOptions.Format = .text

  @OptionGroup var options: PassOptions

  func validate() throws { try AcceptedReason.validate(reason) }

  func run() async throws {
    guard options.source.isThisHost else {
      throw Failure(.usage, "only this host is accepted, and no --root or --snapshot of another")
    }
    guard options.source.saveSnapshot == nil else {
      throw Failure(.usage, "--save-snapshot goes with check")
    }
    let configuration = try ConfigurationFile.load(options.config)
    let pass = try await options.pass(configuration)
    let posture = pass.posture
    if let partiality = posture.partiality {
      throw Failure(
        .incomplete, "nothing was accepted: the pass did not see all of this host: \(partiality)")
    }
    let store = try Store.opened(in: options.source.state, .creating)
    let accepted: (baseline: Baseline, previous: BaselineReading)
    do {
      accepted = try store.accept(
        posture, scan: pass.judged.scan, by: .current(), reason: reason, at: Date.now)
    } catch {
      throw Failure(.incomplete, error)
    }
    accepted.baseline.tellJournal(
      after: accepted.previous, at: store.path, in: options.source.state)
    try accepted.baseline.printed(
      after: accepted.previous, as: format, DriftText(pass.terms.benchmark), at: store.path)
    let record: PassRecord
    do {
      record = try PassRecord(ofAccepted: pass, posture, in: store, configuration.flapping)
    } catch {
      throw Failure(.incomplete, "the baseline is accepted, but \(error)")
    }
    pass.waivers?.tell(of: pass.report, isWhole: true, untold: record.expired)
  }
}

/// `dockward baseline show`
struct BaselineShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print what is accepted, by whom, when and why.")

  @Option(help: "The form in which it is printed.")
  var format: OutputOptions.Format = .text

  @OptionGroup var place: StateOptions

  func run() throws {
    let (baseline, _) = try AcceptedBaseline.require(in: place.state)
    let text = baseline.text(baseline.numbers)
    try AcceptedBaseline.print(format == .json ? text.json() : Array(text.text().utf8))
  }
}

/// `dockward baseline diff`
struct BaselineDiff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Judge this host now, and print what differs from what is accepted.",
    discussion: """
      One line for each thing that happened; records nothing. With --snapshot or --root, another host is \
      compared with what is accepted here.
      """)

  enum Condition: String, ExpressibleByArgument {
    case never, drift
    static let allValueStrings = ["never", "drift"]
  }

  @Option(help: "Exit with 1 when the host is worse than it was accepted, or other.")
  var failOn: Condition = .never

  @Option(help: "The form in which it is printed.")
  var format: OutputOptions.Format = .text

  @OptionGroup var options: PassOptions

  func run() async throws {
    guard options.source.saveSnapshot == nil else {
      throw Failure(.usage, "--save-snapshot goes with check")
    }
    let (baseline, _) = try AcceptedBaseline.require(in: options.source.state)
    let pass = try await options.pass(try ConfigurationFile.load(options.config))
    let posture = pass.posture
    let events = Drift.diff(from: baseline.posture, to: posture)
    let drift = DriftText(pass.terms.benchmark)
    switch format {
    case .json:
      try AcceptedBaseline.print(
        baseline.text(drift).json(of: events, in: pass.judged.scan, posture))
    case .text:
      try AcceptedBaseline.print(Array(drift.lines(of: events).map { $0 + "\n" }.joined().utf8))
      if events.isEmpty {
        Terminal.complain("nothing differs from baseline \(baseline.generation)")
      }
    }
    PassRecord.tellOfEpochs(baseline.posture.epoch, pass.terms.benchmark)
    if let partiality = posture.partiality {
      Terminal.complain("the pass did not see all of the host: \(partiality)")
    }
    if failOn == .drift, events.contains(where: \.isWorse) { throw ExitCode(1) }
  }
}

/// `dockward baseline export`
struct BaselineExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write what is accepted as a file, to be kept and imported on other hosts.")

  @Argument(help: "Where to (default: standard output).") var file: String?
  @OptionGroup var place: StateOptions

  func run() throws {
    let (baseline, _) = try AcceptedBaseline.require(in: place.state)
    let bytes = BaselineFile(baseline).bytes
    guard let file else { return try AcceptedBaseline.print(bytes) }
    do { try OutputFile.write(bytes, to: file, mode: 0o644) } catch {
      throw Failure(.incomplete, error)
    }
  }
}

/// `dockward baseline import`
struct BaselineImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Accept what a file has, for this host.",
    discussion: """
      Makes the store where there is none. The digest in the file shows that it is whole; that it may be \
      accepted here is for who imports it to know.
      """)

  @Argument(help: "What 'baseline export' wrote.") var file: String

  @Option(
    help: ArgumentHelp("Why it is accepted here (default: as in the file).", valueName: "text"))
  var reason: String?

  @Option(help: "The form in which what is accepted is printed.")
  var format: OutputOptions.Format = .text

  @OptionGroup var place: StateOptions

  func validate() throws { try AcceptedReason.validate(reason ?? "") }

  func run() throws {
    let imported: BaselineFile
    do {
      let bytes = try TextFile.read(file, limit: BaselineFile.sizeLimit, trust: .anyone)
      imported = try BaselineFile(parsing: bytes, file: file)
    } catch {
      throw Failure(.usage, error)
    }
    let store = try Store.opened(in: place.state, .creating)
    let accepted: (baseline: Baseline, previous: BaselineReading)
    do {
      accepted = try store.accept(
        imported.posture, scan: imported.scan, by: .current(), reason: reason ?? imported.reason,
        at: Date.now, importedFrom: imported.digest)
    } catch {
      throw Failure(.incomplete, error)
    }
    accepted.baseline.tellJournal(after: accepted.previous, at: store.path, in: place.state)
    try accepted.baseline.printed(
      after: accepted.previous, as: format, accepted.baseline.numbers, at: store.path)
  }
}
