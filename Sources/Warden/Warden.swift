import DockerEngine
import HardeningModel
import HostFacts
import Journal
import Logging
import ServiceLifecycle
import Store
import UnixSignals

/// The service: it sees what changes on a host, judges it, tells the journal, and has repaired what it may.
package struct Warden: Service {
  private let load: @Sendable () throws -> Settings
  private let store: Store
  private let journal: Journal
  private let logger: Logger

  /// `load` reads the configuration, now and whenever it is to be read again; it throws where that is
  /// wrong.
  package init(
    store: Store, journal: Journal, logger: Logger,
    load: @escaping @Sendable () throws -> Settings
  ) {
    self.load = load
    self.store = store
    self.journal = journal
    self.logger = logger
  }

  /// Runs until it is told to end. Throws where the configuration is wrong at the beginning.
  package func run() async throws {
    let settings = try load()
    let manager = ServiceManager()
    let herald = Herald(journal, manager, logger, settings.terms.benchmark)
    await cancelWhenGracefulShutdown { await attend(settings, herald) }
    herald.end()
  }

  private func attend(_ settings: Settings, _ herald: Herald) async {
    let (signals, signal) = AsyncStream.makeStream(of: Signal.self)
    let changes = Changes { signal.yield(.touched) }
    let stream = settings.reader.endpoint.map { endpoint in
      EventStream(endpoint: endpoint) { SocketActivation.obstacle(to: endpoint) == nil }
    }
    let files = FileWatcher { parts in
      changes.touch(parts)
      // Its socket or its pid file has come or gone.
      if parts.engine { stream?.hurry() }
    }
    var auditor = Auditor(
      settings, load: load, store: store, changes: changes, herald: herald
    ) { snapshot in
      files.watch(
        WatchList(
          snapshot, environment: EnvironmentFiles.ofDaemon(in: snapshot),
          others: settings.watchedFiles))
    } hurry: {
      stream?.hurry()
    }
    await withDiscardingTaskGroup { group in
      group.addTask { await files.run() }
      if let stream {
        group.addTask { await Self.follow(stream, changes) { signal.yield($0) } }
      }
      group.addTask {
        for await _ in await UnixSignalsSequence(trapping: .sighup) { signal.yield(.reload) }
      }
      #if DEBUG
      group.addTask {
        for await _ in await UnixSignalsSequence(trapping: .sigusr1) { signal.yield(.hang) }
      }
      #endif
      for errand in auditor.begin() {
        group.addTask { await Self.run(errand) { signal.yield($0) } }
      }
      for await next in signals {
        for errand in await auditor.handle(next) {
          group.addTask { await Self.run(errand) { signal.yield($0) } }
        }
      }
      group.cancelAll()
    }
  }

  /// Follows what happens in the Engine.
  private static func follow(
    _ stream: EventStream, _ changes: Changes, _ signal: @escaping @Sendable (Signal) -> Void
  ) async {
    await stream.run { news in
      switch news {
      case .connected: signal(.engineCame)
      case .disconnected: signal(.engineWent)
      case .gap: changes.touch(.all)
      case .event(let event): changes.touch(HostParts(event))
      }
    }
  }

  private static func run(_ errand: Errand, _ signal: @Sendable (Signal) -> Void) async {
    switch errand {
    case .wait(let duration, then: let next):
      do { try await Task.sleep(for: duration) } catch { return }
      signal(next)
    case .run(let unit): signal(.ended(unit, failure: await unit.run()))
    case .readEngine(let reader, let parts, since: let earlier, of: let own, let isHere):
      let began = ContinuousClock.now
      if !isHere, let endpoint = reader.endpoint,
        let reason = SocketActivation.obstacle(to: endpoint)
      {
        return signal(.engineRead(EngineSide(unreadable: reason), parts, since: began))
      }
      let side: EngineSide
      do { side = try await reader.engineSide(parts, since: earlier, of: own) } catch {
        side = EngineSide(unreadable: "\(error)")
      }
      signal(.engineRead(side, parts, since: began))
    }
  }
}
