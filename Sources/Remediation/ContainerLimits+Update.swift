import HardeningModel

/// What an update of a container can say, and what counts as the same.
///
/// The Engine reads 0, `null` and an absent member of an update as "leave it", so of what a container
/// was made without it can take back less than it can give (seen with 20.10.24 and 26.1.5): a memory
/// limit cannot be taken away, only be raised to one that limits nothing; CPU shares cannot become 0
/// again, only 1024, for which 0 stands. Of processes, 0 takes the limit away.
extension ContainerLimits {
  /// A memory limit from here on is none: more than any machine has.
  static let boundless: Int64 = 1 << 60
  /// What takes the place of no limit, of memory, and of memory and swap together: as cgroups of version
  /// 2 limit swap by the difference of both, that has to be large, too.
  static let noMemoryLimit: Int64 = 1 << 62
  static let noSwapLimit: Int64 = 9_223_372_036_854_771_712
  /// What CPU shares of 0 stand for.
  static let standardShares: Int64 = 1024

  /// The body of `POST /containers/{id}/update` that leads to these limits.
  var body: [UInt8] {
    var members: [String] = []
    if let memory {
      members.append("\"Memory\":\(Self.limits(memory) ? memory : Self.noMemoryLimit)")
      let swap = Self.limits(memory) ? memorySwap ?? memory : Self.noSwapLimit
      members.append("\"MemorySwap\":\(swap)")
    }
    if let cpuShares {
      members.append("\"CpuShares\":\(cpuShares == 0 ? Self.standardShares : cpuShares)")
    }
    if let pidsLimit { members.append("\"PidsLimit\":\(max(pidsLimit, 0))") }
    if let restartPolicyName {
      let name = restartPolicyName.isEmpty ? "no" : restartPolicyName
      // No name of a policy has another character, and none gets out of the text that it stands in.
      let safe = name.filter { $0.isASCII && ($0.isLetter || $0 == "-") }
      members.append(
        "\"RestartPolicy\":{\"Name\":\"\(safe)\","
          + "\"MaximumRetryCount\":\(restartPolicyMaximumRetryCount ?? 0)}")
    }
    return Array("{\(members.joined(separator: ","))}".utf8)
  }

  /// Whether a container that has these limits is limited as `other` says, in its members.
  func isInEffect(_ other: ContainerLimits) -> Bool {
    if let memory = other.memory {
      let own = self.memory ?? 0
      guard Self.limits(own) == Self.limits(memory) else { return false }
      if Self.limits(memory) {
        // A kernel that does not count swap has it set to -1.
        guard own == memory, memorySwap == other.memorySwap || memorySwap == -1 else {
          return false
        }
      }
    }
    if let shares = other.cpuShares {
      func effective(_ shares: Int64) -> Int64 { shares == 0 ? Self.standardShares : shares }
      guard effective(cpuShares ?? 0) == effective(shares) else { return false }
    }
    if let limit = other.pidsLimit {
      guard max(pidsLimit ?? 0, 0) == max(limit, 0) else { return false }
    }
    if let name = other.restartPolicyName {
      func effective(_ name: String?) -> String { name.flatMap { $0.isEmpty ? nil : $0 } ?? "no" }
      guard effective(restartPolicyName) == effective(name),
        (restartPolicyMaximumRetryCount ?? 0) == (other.restartPolicyMaximumRetryCount ?? 0)
      else { return false }
    }
    return true
  }

  private static func limits(_ memory: Int64) -> Bool { memory > 0 && memory < boundless }

  /// The members that `limit` is about, for people.
  func text(of limit: ContainerLimit) -> String {
    switch limit {
    case .memory:
      guard let memory, Self.limits(memory) else { return "no memory limit" }
      return "\(memory) bytes of memory"
    case .cpuShares: return "\(cpuShares ?? 0) CPU shares"
    case .pids:
      guard let pidsLimit, pidsLimit > 0 else { return "no limit of processes" }
      return "\(pidsLimit) processes"
    case .restartPolicy:
      let name = restartPolicyName.flatMap { $0.isEmpty ? nil : $0 } ?? "no"
      let tries = restartPolicyMaximumRetryCount ?? 0
      return "restart policy \(name)" + (tries > 0 ? ":\(tries)" : "")
    }
  }

  /// The options of `docker update` that lead to these limits.
  var options: String {
    var words: [String] = []
    if let memory { words.append("--memory \(memory) --memory-swap \(memorySwap ?? memory)") }
    if let cpuShares { words.append("--cpu-shares \(cpuShares)") }
    if let pidsLimit { words.append("--pids-limit \(pidsLimit)") }
    if let restartPolicyName {
      let tries = restartPolicyMaximumRetryCount ?? 0
      words.append("--restart \(restartPolicyName)" + (tries > 0 ? ":\(tries)" : ""))
    }
    return words.joined(separator: " ")
  }
}
