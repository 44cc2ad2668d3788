import Catalog
import Drift
import FoundationEssentials
import HardeningModel
import HostFacts
import Journal
import Logging
import Remediation
import Reporting
import Store

/// Tells the journal, systemd and the log what the service finds and what becomes of it, each thing once.
struct Herald {
  private(set) var storeFailure: String?
  private let journal: Journal
  private let manager: ServiceManager
  private let logger: Logger
  private var events: JournalEvents
  private var names: DriftText
  private var isReady = false
  private var waiverFailure: String?
  private var readFailure: String?
  private var mendFailure: String?
  private var watchFailures: Set<String> = []
  /// Whether people know that the Engine cannot be asked.
  private var knowsOfEngine = false
  private var lastDrift: RecordedEvent?
  private var status = ""

  init(_ journal: Journal, _ manager: ServiceManager, _ logger: Logger, _ benchmark: Benchmark) {
    self.journal = journal
    self.manager = manager
    self.logger = logger
    events = JournalEvents(benchmark)
    names = DriftText(benchmark)
  }

  /// How long until the next sign of life; `nil` where nobody wants any.
  func heartbeat() -> Duration? {
    guard let period = manager.watchdogPeriod else { return nil }
    manager.alive()
    return period / 3
  }
}

/// The configuration.
extension Herald {
  func isReloading() { manager.reloading("reading the configuration again") }

  mutating func reloaded(_ benchmark: Benchmark) {
    events = JournalEvents(benchmark)
    names = DriftText(benchmark)
    logger.notice("the configuration was read again")
    manager.ready(status)
  }

  func refused(_ error: any Error) {
    logger.error("the configuration stays as it was: \(error)")
    manager.ready(status)
  }
}

/// What goes wrong, told when it begins and when it ends.
extension Herald {
  mutating func cannotRead(_ error: any Error) {
    guard readFailure != "\(error)" else { return }
    readFailure = "\(error)"
    logger.error("\(error)")
  }

  /// What is not seen at once is seen by the next pass over all.
  mutating func cannotWatch(_ problems: [String]) {
    for problem in problems where !watchFailures.contains(problem) {
      logger.warning("\(problem); what changes there is seen by the next pass over all")
    }
    watchFailures = Set(problems)
  }

  mutating func waiversAreWrong(_ error: any Error) {
    guard waiverFailure != "\(error)" else { return }
    waiverFailure = "\(error)"
    logger.error("the waivers stay as they were: \(error)")
  }

  mutating func waiversAreRight() {
    guard waiverFailure != nil else { return }
    waiverFailure = nil
    logger.notice("the waivers can be read again")
  }

  /// What it would have found out stays as it was, or unknown.
  func cannotRun(_ unit: HelperUnit, _ reason: String) {
    switch unit {
    case .layers: logger.warning("cannot have the layers of images walked: \(reason)")
    case .definitions: logger.warning("cannot have the audits of definitions run: \(reason)")
    }
  }

  func cannotReadDefinitions(_ error: any Error) {
    logger.error("cannot read what the audits of definitions have found: \(error)")
  }

  mutating func storeFails(_ error: any Error) {
    if storeFailure == nil { logger.error("\(error)") }
    storeFailure = "\(error)"
  }

  mutating func storeWorks() {
    guard storeFailure != nil else { return }
    storeFailure = nil
    logger.notice("the store can be written again")
  }
}

/// What is mended, and what is not.
extension Herald {
  mutating func tell(_ outcome: Mender.Outcome, _ limits: BreakerLimits) {
    if let failure = outcome.failure, failure != mendFailure { logger.error("\(failure)") }
    mendFailure = outcome.failure
    for one in outcome.heldBack {
      if case .breaker(.open(_, let repairs)) = one.reason {
        journal.tellAnyway(
          events.contest(
            slug: one.slug, subject: one.subject, repairs: repairs,
            window: .seconds(limits.window), opponent: opponent(of: one)))
      } else {
        logger.warning("\(one.number) \(one.subject) is not mended: \(one.text)")
      }
    }
  }
}

extension Herald {
  /// Who changed it last, where it is a file and the audit log tells.
  private func opponent(of one: HeldBack) -> String? {
    let prefix = "file:"
    guard one.subject.hasPrefix(prefix) else { return nil }
    let path = String(one.subject.dropFirst(prefix.count))
    guard case .found(let process) = AuditLog().lastChange(of: [path], except: Self.program) else {
      return nil
    }
    return process.words
  }

  /// This program's own path: what mends is it, too.
  private static let program = try? FileManager.default.destinationOfSymbolicLink(
    atPath: "/proc/self/exe")
}

extension AuditedProcess {
  fileprivate var words: String {
    let login = loginUID.map { ", logged in as uid \($0)" } ?? ""
    let moment = Timestamp.rfc3339(seconds: Int(time / 1000))
    return "process \(pid) (\(executable), uid \(uid)\(login)) at \(moment)"
  }
}

/// What passes find.
extension Herald {
  func tellScan(_ pass: HostPass) {
    journal.tellAnyway(events.scan(pass.report, partiality: pass.posture.partiality))
  }

  /// What the journal is told of a pass beside drift.
  func tell(_ record: PassRecord, _ pass: HostPass) {
    for entry in record.journalEntries(of: pass) { journal.tellAnyway(entry) }
  }

  /// Tells the drift of which the journal knows nothing yet, and notes what it knows now; whether that was
  /// all.
  mutating func tellEvents(of store: Store, _ pass: HostPass) -> Bool {
    do {
      while true {
        let untold = try store.eventsForJournal(limit: 100)
        if untold.isEmpty { break }
        for event in untold {
          try journal.tell(entry(for: event, pass))
          try store.noteInJournal(event)
          lastDrift = event
        }
      }
    } catch let error as JournalError {
      logger.debug("\(error)")
      return false
    } catch {
      storeFails(error)
      return true
    }
    tellEngine(pass)
    return true
  }

  private mutating func entry(for event: RecordedEvent, _ pass: HostPass) -> JournalEntry {
    let report = event.scan == pass.report.scan.id ? pass.judged : nil
    guard event.event.isAboutEngine else {
      return events.drift(event.event, scan: event.scan, report: report)
    }
    knowsOfEngine = event.event.change == .lostSight
    let engine = pass.report.engine
    return events.engine(
      reachable: !knowsOfEngine, at: engine.endpoint ?? "",
      knowsOfEngine ? engine.reason ?? "" : engine.version ?? "")
  }

  /// That the Engine cannot be asked is no drift where it never could be.
  private mutating func tellEngine(_ pass: HostPass) {
    let engine = pass.report.engine
    guard (engine.reason != nil) != knowsOfEngine else { return }
    knowsOfEngine = engine.reason != nil
    journal.tellAnyway(
      events.engine(
        reachable: engine.reachable, at: engine.endpoint ?? "",
        engine.reason ?? engine.version ?? ""))
  }

  /// Shows how the host stands; with the first time, the service is ready.
  mutating func showStatus(_ pass: HostPass) {
    let line = StatusLine(
      report: pass.report,
      lastDrift: lastDrift.map { ($0.event, Int($0.time.timeIntervalSince1970)) },
      storeFailure: storeFailure
    ).text(names)
    guard line != status || !isReady else { return }
    status = line
    if isReady { manager.status(line) } else { manager.ready(line) }
    isReady = true
  }

  func end() { manager.stopping("ending") }
}

extension DriftEvent {
  /// Whether it says that the Engine cannot be asked, or can be asked again.
  fileprivate var isAboutEngine: Bool {
    slug == nil && subject == "daemon" && (change == .lostSight || change == .regainedSight)
  }
}
