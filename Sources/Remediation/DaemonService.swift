import CShims
import DockerEngine
import HardeningModel
import HostFacts
import Systemd

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The dockerd of this host, as something that is reloaded and restarted.
package struct DaemonService: Sendable {
  /// The service of systemd that starts it; `nil` where it is not started by systemd.
  package let unit: String?
  private let endpoint: EngineEndpoint
  private let patience: Duration

  private static let standardUnit = "docker.service"
  /// How long dockerd has to stay well before it counts as healthy: one that fails shortly after it said
  /// that it was ready is not.
  private static let probation = Duration.seconds(1)
  private static let pause = Duration.milliseconds(50)

  /// The dockerd behind the endpoint of `host`; where none runs, the one that docker.service starts.
  package init(on host: HostAccess) throws(RemediationError) {
    guard let endpoint = host.endpoint else {
      throw .refused("cannot restart dockerd: its Engine is not asked")
    }
    self.endpoint = endpoint
    patience = host.patience
    do {
      let command = try DaemonCommand.read(serving: endpoint, patience: host.patience)
      unit = command.map(\.unit) ?? Self.standardUnit
    } catch {
      throw .refused(error.description)
    }
  }

  /// Has dockerd read its configuration file again, by the signal that it takes for that. Whether it
  /// took what is there, the Engine tells: dockerd keeps what it had where it does not like it.
  package func reload() async throws(RemediationError) {
    let pid = try process()
    let descriptor = dockward_process_open(pid_t(pid))
    guard descriptor >= 0 else { throw Self.failure("reload", pid, errno) }
    defer { close(descriptor) }
    // The number may have become another process', but from now on it does not.
    guard try process() == pid else {
      throw .failed("cannot reload dockerd: process \(pid) does not serve the API any more")
    }
    guard dockward_process_signal(descriptor, SIGHUP) == 0 else {
      throw Self.failure("reload", pid, errno)
    }
  }

  /// Has systemd read its units again.
  package func reloadUnits() async throws(RemediationError) {
    try await onBus("reload the units of systemd") { bus throws(SystemdError) in
      try bus.reloadUnits()
    }
  }

  /// Restarts dockerd, and returns when it is healthy.
  package func restart() async throws(RemediationError) {
    guard let unit else {
      throw .refused("cannot restart dockerd: it is no service of systemd")
    }
    let deadline = ContinuousClock.now + patience
    try await onBus("restart '\(unit)'") { bus throws(SystemdError) in
      // Whoever was started often lately, or has failed, would not be started.
      let sockets = UnitObject(unit).flatMap { bus.texts("TriggeredBy", of: $0) } ?? []
      for name in [unit] + sockets { bus.resetFailed(name) }
      try await bus.run(.restart, unit, patience: patience)
    }
    repeat {
      if await isHealthy() { return }
      try? await Task.sleep(for: Self.pause)
    } while ContinuousClock.now < deadline && !Task.isCancelled
    throw .failed(
      "'\(unit)' is not healthy \(patience.components.seconds) s after its restart; its journal tells why"
    )
  }

  /// Whether dockerd runs, answers, and goes on doing so for a moment.
  package func isHealthy() async -> Bool {
    guard let first = mainProcess(), await answers() else { return false }
    try? await Task.sleep(for: Self.probation)
    guard mainProcess() == first else { return false }
    return await answers()
  }
}

extension DaemonService {
  /// The process that serves the API.
  private func process() throws(RemediationError) -> Int {
    do {
      let command = try DaemonCommand.read(serving: endpoint, patience: patience)
      if let process = command?.process { return process.pid }
    } catch {
      throw .failed(error.description)
    }
    throw .failed("no dockerd was found that serves '\(endpoint.socketPath)'")
  }

  /// The process of an active service, or of a dockerd that is none; `nil` where there is none.
  private func mainProcess() -> Int? {
    guard let unit else { return try? process() }
    guard let bus = SystemBus(patience: .seconds(2)) else { return nil }
    defer { bus.close() }
    guard let object = UnitObject(unit), bus.text("ActiveState", of: object) == "active",
      bus.text("SubState", of: object) == "running", let pid = bus.mainProcess(of: object), pid > 0
    else { return nil }
    return pid
  }

  private func answers() async -> Bool {
    let info = try? await asking { try await $0.get("/info", as: EngineInfo.self) }
    return info != nil
  }

  private func asking<Outcome: Sendable>(
    _ body: (EngineClient) async throws -> Outcome
  ) async throws -> Outcome {
    try await EngineClient.withClient(
      endpoint: endpoint, deadline: .now + .seconds(5)
    ) { client in try await body(client) }
  }

  private func onBus(
    _ attempt: String, _ body: (SystemBus) async throws(SystemdError) -> Void
  ) async throws(RemediationError) {
    guard let bus = SystemBus(patience: patience) else {
      throw .failed("cannot \(attempt): systemd is not reached")
    }
    defer { bus.close() }
    do {
      try await body(bus)
    } catch {
      throw .failed("cannot \(attempt): \(error)")
    }
  }

  private static func failure(_ verb: String, _ pid: Int, _ number: Int32) -> RemediationError {
    let reason = strerror(number).map { String(cString: $0).lowercased() } ?? "error \(number)"
    return .failed("cannot \(verb) dockerd, process \(pid): \(reason)")
  }
}
