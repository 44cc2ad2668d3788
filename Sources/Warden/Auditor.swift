import CShims
import Drift
import FoundationEssentials
import HardeningModel
import HostFacts
import Store

#if DEBUG
import Dispatch
#endif

/// Reads again what has changed of a host, judges it, and has it recorded and told.
///
/// The Engine is asked by an errand, and the host's own side is read and judged meanwhile: an Engine that
/// hangs keeps nothing else from being seen. Everything is judged again each time, since what a check needs
/// may come from anywhere; that takes a few milliseconds. The service's loop owns it.
struct Auditor {
  private var settings: Settings
  private let load: @Sendable () throws -> Settings
  private let store: Store
  private let changes: Changes
  private let watch: @Sendable (HostSnapshot) -> [String]
  /// Has the event stream begin at once, where it waits before it tries again.
  private let hurry: @Sendable () -> Void
  private var herald: Herald
  private let mender: Mender

  /// What definitions files' checks said last.
  private var custom: [String: CustomChecks.Judgement] = [:]
  private var own: OwnSide?
  private var engine: EngineSide?
  /// What is to be asked of the Engine after what is being asked now.
  private var wanted = HostParts()
  private var isAsking = false
  /// Whether what is asked now makes a pass over all.
  private var isFull = false
  /// Whether all has been read and not been judged since.
  private var hasReadAll = false
  /// Whether judging was put off until containers have settled.
  private var hasWaited = false
  private var patience = Patience()
  /// Whether the Engine's event stream runs, and how often that has changed.
  private var isEngineHere = false
  private var engineChanges = 0
  private var last: HostPass?
  /// The images of which it is not known what files they show.
  private var unwalked: Set<String> = []
  /// What the store has last.
  private var recorded: Posture?
  /// Commands that were seen to start in containers; `nil` before the store was asked.
  private var pastExecs: [PastExec]?

  /// How long an Engine may be away, as when it is restarted, until it counts as unreachable.
  private static let absence: Duration = .seconds(5)
  /// How long the journal is given before it is told again what it did not take.
  private static let journalPause: Duration = .seconds(1)
  /// How long a unit that mends is given before it is started anew.
  private static let unitPause: Duration = .milliseconds(200)

  init(
    _ settings: Settings, load: @escaping @Sendable () throws -> Settings, store: Store,
    changes: Changes, herald: Herald, watch: @escaping @Sendable (HostSnapshot) -> [String],
    hurry: @escaping @Sendable () -> Void
  ) {
    self.settings = settings
    self.load = load
    self.store = store
    self.changes = changes
    self.herald = herald
    self.watch = watch
    self.hurry = hurry
    mender = Mender(store: store)
  }

  /// What the service begins with.
  mutating func begin() -> [Errand] {
    changes.touch(.all)
    readCustom()
    return nextDue() + heartbeat() + runDefinitions()
  }

  mutating func handle(_ signal: Signal) async -> [Errand] {
    switch signal {
    case .touched: return [.wait(settings.configuration.gathering, then: .gathered)]
    case .gathered: return await read(changes.take())
    case .due:
      changes.touch(.all)
      return nextDue() + runDefinitions()
    case .engineRead(let side, let parts, let began): return await take(side, parts, began)
    case .engineCame:
      (isEngineHere, engineChanges) = (true, engineChanges + 1)
      changes.touch(.all)
      return []
    case .engineWent:
      (isEngineHere, engineChanges) = (false, engineChanges + 1)
      return [.wait(Self.absence, then: .engineStaysAway(engineChanges))]
    case .engineStaysAway(let number):
      if number == engineChanges, engine?.failure == nil { changes.touch(.wholeEngine) }
      return []
    case .retry:
      if engine?.failure != nil { changes.touch(.wholeEngine) }
      return []
    case .tellAgain: return tell()
    case .mendAgain: return last.map { mend($0) } ?? []
    case .ended(.definitions, let failure?):
      herald.cannotRun(.definitions, failure)
      forgetCustom(because: "its audit was not run: \(failure)")
      return await judge(isFull: false, .now)
    case .ended(.layers, let failure?):
      herald.cannotRun(.layers, failure)
      return []
    case .ended(.layers, nil):
      changes.touch(.images)
      return []
    case .ended(.definitions, nil):
      readCustom()
      return await judge(isFull: false, .now)
    case .reload:
      reload()
      return runDefinitions()
    case .heartbeat: return heartbeat()
    #if DEBUG
    case .hang: while true { _ = DispatchSemaphore(value: 0).wait(timeout: .now() + 1000) }
    #endif
    }
  }

  private func nextDue() -> [Errand] {
    let schedule = Schedule(interval: settings.configuration.interval)
    return [.wait(schedule.wait(random: .random(in: 0...1)), then: .due)]
  }

  private func heartbeat() -> [Errand] {
    herald.heartbeat().map { [.wait($0, then: .heartbeat)] } ?? []
  }

  /// Audits run as often as there is a pass over all.
  private func runDefinitions() -> [Errand] {
    let hasAny = settings.terms.benchmark.entries.contains {
      $0.slug.hasPrefix(CustomChecks.prefix)
    }
    return hasAny ? [.run(.definitions)] : []
  }

  private mutating func readCustom() {
    do {
      guard let directory = settings.reader.state else { return }
      custom = try CustomRecord(in: directory).judgements
    } catch {
      herald.cannotReadDefinitions(error)
      forgetCustom(because: "what its audit said cannot be read: \(error)")
    }
  }

  /// What was known before is not known any more.
  private mutating func forgetCustom(because reason: String) {
    custom = custom.mapValues { $0.unknown(because: reason) }
  }

  private mutating func reload() {
    herald.isReloading()
    do {
      settings = try load()
      herald.reloaded(settings.terms.benchmark)
      changes.touch(.all)
    } catch {
      herald.refused(error)
    }
  }
}

/// Reading.
extension Auditor {
  private mutating func read(_ parts: HostParts) async -> [Errand] {
    let began = ContinuousClock.now
    if parts.ownSide || own == nil {
      do { own = try await settings.reader.ownSide() } catch { herald.cannotRead(error) }
    }
    if parts == .all { isFull = true }
    wanted.formUnion(parts.ofEngine)
    let errands = ask()
    // A pass over all waits for the Engine, unless that does not answer anyway.
    let waits = isAsking && (engine == nil || parts.asksEngine && engine?.failure == nil)
    return parts.ownSide && !waits ? errands + (await judge(isFull: false, began)) : errands
  }

  private mutating func ask() -> [Errand] {
    guard !isAsking, wanted.asksEngine, let own else { return [] }
    isAsking = true
    defer { wanted = HostParts() }
    var reader = settings.reader
    reader.startedAt = Self.now
    return [.readEngine(reader, wanted, since: engine, of: own, isHere: isEngineHere)]
  }

  /// Has another process look at the layers that this one may not look into, once for each image.
  private mutating func walk(_ images: Set<String>) -> [Errand] {
    defer { unwalked = images }
    return images.isSubset(of: unwalked) ? [] : [.run(.layers)]
  }

  /// Keeps what was seen, before anything else can go wrong.
  private mutating func remember(_ started: [PastExec]) {
    guard !started.isEmpty, let machine = own?.machineID else { return }
    pastExecs = countingExecs(on: machine) + started
    do { try store.remember(pastExecs ?? [], of: machine) } catch { herald.storeFails(error) }
  }

  private mutating func take(
    _ side: EngineSide, _ parts: HostParts, _ began: ContinuousClock.Instant
  ) async -> [Errand] {
    isAsking = false
    engine = side
    remember(side.startedExecs)
    var errands: [Errand] = []
    if side.failure == nil {
      patience.reset()
      if !isEngineHere { hurry() }
    } else if isEngineHere {
      // Whoever is away is asked when it comes back.
      errands.append(.wait(patience.next(), then: .retry))
    }
    errands += walk(side.unwalkedImages)
    if parts == .wholeEngine {
      hasReadAll = isFull
      isFull = wanted == .wholeEngine
    }
    if hasWaited || side.unsettledContainers.isEmpty {
      errands += await judge(isFull: hasReadAll, began)
      (hasReadAll, hasWaited) = (false, false)
    } else {
      // Judged now, they would be out of sight for a moment.
      changes.touch(.containers(side.unsettledContainers))
      hasWaited = true
    }
    // What changed meanwhile is gathered as everything is.
    changes.touch(wanted)
    wanted = HostParts()
    return errands
  }
}

/// Judging, and what follows from it.
extension Auditor {
  private mutating func judge(
    isFull: Bool, _ began: ContinuousClock.Instant
  ) async -> [Errand] {
    guard let own, let engine else { return [] }
    var reader = settings.reader
    reader.startedAt = Self.now
    var snapshot: HostSnapshot
    do { snapshot = try reader.snapshot(of: own, engine) } catch {
      herald.cannotRead(error)
      return []
    }
    snapshot.pastExecs = countingExecs(on: snapshot.host.machineID)
    let waivers = waivers()
    var terms = settings.terms
    terms.custom = custom
    if !isFull, let last, last.snapshot.isAlike(snapshot), last.terms.custom == custom,
      last.waivers?.isAlike(waivers) ?? (waivers == nil)
    {
      return []
    }
    herald.cannotWatch(watch(snapshot))
    let pass = await HostPass(
      of: snapshot, since: began, by: terms, waivers: waivers, version: settings.version)
    last = pass
    record(pass, isFull: isFull)
    if isFull { herald.tellScan(pass) }
    let errands = tell() + mend(pass)
    // The next one is an hour away.
    if isFull { dockward_give_back_memory() }
    return errands
  }

  private static var now: String {
    Timestamp.rfc3339(seconds: Int(Date.now.timeIntervalSince1970))
  }

  /// The commands that count still, of those that this process and ones before it have seen.
  private mutating func countingExecs(on machine: String) -> [PastExec] {
    if pastExecs == nil, let known = try? store.pastExecs(of: machine) { pastExecs = known }
    let counting = PastExec.counting(
      (pastExecs ?? []), at: Int(Date.now.timeIntervalSince1970))
    pastExecs = counting
    return counting
  }

  /// The waivers as they are now; those of before where their file is wrong.
  private mutating func waivers() -> WaiversInUse? {
    do {
      let waivers = try settings.waivers()
      herald.waiversAreRight()
      return waivers
    } catch {
      herald.waiversAreWrong(error)
      return last?.waivers
    }
  }

  private mutating func record(_ pass: HostPass, isFull: Bool) {
    let posture = pass.posture
    guard isFull || posture != recorded || herald.storeFailure != nil else { return }
    do {
      let record = try PassRecord(of: pass, in: store, settings.configuration)
      recorded = posture
      herald.storeWorks()
      herald.tell(record, pass)
    } catch {
      herald.storeFails(error)
    }
  }

  /// Tells the journal what the store has for it, whichever pass has found it.
  private mutating func tell() -> [Errand] {
    guard let last else { return [] }
    let isDone = herald.tellEvents(of: store, last)
    herald.showStatus(last)
    return isDone ? [] : [.wait(Self.journalPause, then: .tellAgain)]
  }

  private mutating func mend(_ pass: HostPass) -> [Errand] {
    guard !settings.enabled.isEmpty else { return [] }
    let outcome = mender.mend(pass, settings)
    herald.tell(outcome, settings.configuration.optIn.breaker)
    return outcome.isBusy ? [.wait(Self.unitPause, then: .mendAgain)] : []
  }
}

extension HostSnapshot {
  /// Whether it says the same, at whatever time.
  fileprivate func isAlike(_ other: HostSnapshot) -> Bool {
    var other = other
    other.startedAt = startedAt
    return self == other
  }
}
