import DockerEngine
import HardeningModel

extension ContainerChange: HostChange {
  var action: String { "docker update \(after.options) \(name)" }
  var beforeText: String { before.text(of: limit) }
  var afterText: String { after.text(of: limit) }

  func state(on host: HostAccess) async throws(RemediationError) -> ChangeState {
    try await asking(host, "read the limits of") { client throws(RemediationError) in
      try await state(client)
    }
  }

  func apply(on host: HostAccess) async throws(RemediationError) {
    try await asking(host, "update") { client throws(RemediationError) in
      switch try await state(client) {
      case .after: return
      case .other(let what): throw .refused("\(attempt("update")): \(what)")
      case .before: break
      }
      try await refuseBelowUse(client)
      try await update(to: after, client)
    }
  }

  func revert(on host: HostAccess, isForced: Bool) async throws(RemediationError) {
    try await asking(host, "update") { client throws(RemediationError) in
      switch try await state(client) {
      case .before: return
      case .other(let what) where !isForced: throw .refused("\(attempt("update")): \(what)")
      case .other, .after: try await update(to: before, client)
      }
    }
  }

  private func attempt(_ verb: String) -> String { "cannot \(verb) container '\(name)'" }

  private func state(_ client: EngineClient) async throws(RemediationError) -> ChangeState {
    let limits: ContainerLimits
    do {
      limits = try await client.get(.container(id), as: InspectedLimits.self).limits
    } catch {
      if case .notFound = error {
        return .other("it is no longer there, or was made again under another id")
      }
      throw .failed("\(attempt("read the limits of")): \(error)")
    }
    if limits.isInEffect(after) { return .after }
    if limits.isInEffect(before) { return .before }
    return .other("it has \(limits.text(of: limit))")
  }

  /// Sends the update, once, and believes only what the container then tells of itself.
  private func update(
    to limits: ContainerLimits, _ client: EngineClient
  ) async throws(RemediationError) {
    var reason = "the Engine does not tell of it"
    do {
      let answer = try await client.post(
        "/containers/\(id)/update", limits.body, as: UpdateAnswer.self)
      if let warning = answer.warnings?.first { reason = Printable.text(warning, limit: 300) }
    } catch {
      reason = "\(error)"
    }
    // An answer that got lost says nothing of what was done.
    let isGoal = try await state(client) == (limits == after ? .after : .before)
    guard isGoal else { throw .failed("\(attempt("update")): \(reason)") }
  }

  /// Throws where the container already uses so much that the limit would hurt it at once: by cgroups of
  /// version 2 it would be killed.
  private func refuseBelowUse(_ client: EngineClient) async throws(RemediationError) {
    guard [.memory, .pids].contains(limit) else { return }
    let use: ContainerUse
    do {
      use = try await client.get(
        "/containers/\(id)/stats?stream=false&one-shot=true", as: ContainerUse.self)
    } catch {
      throw .refused("\(attempt("update")): what it uses now cannot be read: \(error)")
    }
    func isTooMuch(_ used: Int64, of limit: Int64) -> Bool { used > limit / 10 * 9 }
    if let memory = after.memory, let used = use.memory, isTooMuch(used, of: memory) {
      throw .refused(
        "\(attempt("update")): it uses \(used) bytes of memory, more than 90 % of the limit "
          + "\(memory) that it is to get")
    }
    if let limit = after.pidsLimit, let used = use.processes, isTooMuch(used, of: limit) {
      throw .refused(
        "\(attempt("update")): it has \(used) processes, more than 90 % of the limit \(limit) that "
          + "it is to get")
    }
  }

  /// What `body` returns, given a conversation with the Engine.
  private func asking<Outcome: Sendable>(
    _ host: HostAccess, _ verb: String,
    _ body: (EngineClient) async throws(RemediationError) -> Outcome
  ) async throws(RemediationError) -> Outcome {
    guard let endpoint = host.endpoint else {
      throw .refused("\(attempt(verb)): there is no Engine to ask")
    }
    let limits = EngineLimits(callTimeout: host.patience)
    do {
      return try await EngineClient.withClient(
        endpoint: endpoint, limits: limits, deadline: .now + host.patience * 2
      ) { client in try await body(client) }
    } catch let error as RemediationError {
      throw error
    } catch {
      throw .failed("\(attempt(verb)): \(error)")
    }
  }
}

/// The body of the answer to an update.
private struct UpdateAnswer: Decodable, Sendable {
  var warnings: [String]?

  private enum CodingKeys: String, CodingKey { case warnings = "Warnings" }
}

/// The members of `GET /containers/{id}/json` that an update changes.
private struct InspectedLimits: Decodable, Sendable {
  private struct HostConfig: Decodable {
    struct RestartPolicy: Decodable {
      var name: String?
      var maximumRetryCount: Int?

      private enum CodingKeys: String, CodingKey {
        case name = "Name"
        case maximumRetryCount = "MaximumRetryCount"
      }
    }

    var memory: Int64?
    var memorySwap: Int64?
    var cpuShares: Int64?
    var pidsLimit: Int64?
    var restartPolicy: RestartPolicy?

    private enum CodingKeys: String, CodingKey {
      case memory = "Memory"
      case memorySwap = "MemorySwap"
      case cpuShares = "CpuShares"
      case pidsLimit = "PidsLimit"
      case restartPolicy = "RestartPolicy"
    }
  }

  var limits: ContainerLimits

  private enum CodingKeys: String, CodingKey { case hostConfig = "HostConfig" }

  init(from decoder: any Decoder) throws {
    let host = try decoder.container(keyedBy: CodingKeys.self).decode(
      HostConfig.self, forKey: .hostConfig)
    limits = ContainerLimits()
    limits.memory = host.memory
    limits.memorySwap = host.memorySwap
    limits.cpuShares = host.cpuShares
    limits.pidsLimit = host.pidsLimit
    limits.restartPolicyName = host.restartPolicy?.name
    limits.restartPolicyMaximumRetryCount = host.restartPolicy?.maximumRetryCount
  }
}

/// The part of `GET /containers/{id}/stats` that tells what a container uses now; nothing where it does
/// not run.
private struct ContainerUse: Decodable, Sendable {
  private struct Memory: Decodable {
    var usage: Int64?
    var stats: [String: Int64]?
  }

  private struct Processes: Decodable {
    var current: Int64?
  }

  /// In bytes, without what the kernel can drop at once.
  var memory: Int64?
  var processes: Int64?

  private enum CodingKeys: String, CodingKey {
    case memory = "memory_stats"
    case processes = "pids_stats"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    processes = try container.decodeIfPresent(Processes.self, forKey: .processes)?.current
    let use = try container.decodeIfPresent(Memory.self, forKey: .memory)
    guard let usage = use?.usage else { return }
    // By cgroups of version 1, and 2.
    let files = use?.stats?["total_inactive_file"] ?? use?.stats?["inactive_file"] ?? 0
    memory = max(usage - files, 0)
  }
}
