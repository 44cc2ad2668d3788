import HardeningModel

/// Which subject a container is, whatever id and name it has at present.
///
/// A container is known by its name. A replica of a Compose service or of a swarm service is known by
/// that service: `container:compose/PROJECT/SERVICE/RANK`, the rank counting the service's containers
/// by their numbers, and `container:swarm/SERVICE/SLOT`, or `/node` for the one that a global service has
/// on each node. A slash is in no container's name.
enum Identity {
  /// A container with what counts of it, by slug.
  struct Claimant {
    var name: String
    var labels: OrchestratorLabels?
    var runs: Bool
    var states: [String: Posture.State]
  }

  /// The states of all containers by their stable identity.
  ///
  /// Labels are claims. Containers with the same claim are kept apart (`#2`, `#3`), in an order that
  /// follows from what is said of them. Only one that does not run and is in nothing different from the
  /// first is taken for what swarm mode keeps of a task that is over, and is one subject with it.
  static func subjects(of claimants: [Claimant]) -> [String: [String: Posture.State]] {
    var subjects: [String: [String: Posture.State]] = [:]
    for (claim, members) in Dictionary(grouping: claimants, by: Claim.init) {
      switch claim {
      case .name(let name):
        for (index, member) in members.sorted(by: { $0.precedes($1) }).enumerated() {
          subjects[numbered("container:\(name)", index)] = member.states
        }
      case .compose(let service):
        let ordered = members.sorted { one, other in
          one.number == other.number ? one.name < other.name : one.number < other.number
        }
        for (index, member) in ordered.enumerated() {
          subjects["container:compose/\(service)/\(index + 1)"] = member.states
        }
      case .swarm(let slot):
        let ordered = members.sorted { $0.precedes($1) }
        var kept: [Claimant] = []
        for member in ordered {
          let isLeftOver = !member.runs && kept.contains { member.isLike($0) }
          if !isLeftOver { kept.append(member) }
        }
        for (index, member) in kept.enumerated() {
          subjects[numbered("container:swarm/\(slot)", index)] = member.states
        }
      }
    }
    return subjects
  }

  /// The identity that a further claimant of the same one shares; `nil` of one that is no further one.
  static func first(of subject: String) -> String? {
    guard subject.hasPrefix("container:"), let mark = subject.lastIndex(of: "#") else { return nil }
    return String(subject[..<mark])
  }

  private static func numbered(_ identity: String, _ index: Int) -> String {
    index == 0 ? identity : "\(identity)#\(index + 1)"
  }

  private enum Claim: Hashable {
    case name(String)
    case compose(String)
    case swarm(String)

    init(_ claimant: Claimant) {
      let labels = claimant.labels ?? OrchestratorLabels()
      if let service = labels.swarmService, let task = labels.swarmTask, service.isPlain,
        let slot = Self.slot(ofTask: task, service: service)
      {
        self = .swarm("\(service)/\(slot)")
      } else if let project = labels.composeProject, let service = labels.composeService,
        project.isPlain, service.isPlain, labels.composeNumber.flatMap({ Int($0) }) != nil
      {
        let isOneOff = labels.composeOneOff?.lowercased() == "true"
        self = .compose("\(project)/\(service)\(isOneOff ? "/run" : "")")
      } else {
        self = .name(claimant.name)
      }
    }

    /// Of `SERVICE.SLOT.TASK` the slot; of a global service's `SERVICE.NODE.TASK`, `node`: one host is
    /// one node, whatever its id.
    private static func slot(ofTask task: String, service: String) -> String? {
      guard task.hasPrefix(service + ".") else { return nil }
      let rest = task.dropFirst(service.count + 1).split(
        separator: ".", omittingEmptySubsequences: false)
      guard rest.count == 2, rest.allSatisfy({ String($0).isPlain }) else { return nil }
      return Int(rest[0]).map { "\($0)" } ?? "node"
    }
  }
}

extension Identity.Claimant {
  fileprivate var number: Int { labels?.composeNumber.flatMap { Int($0) } ?? 0 }

  /// Whether it comes first of two with the same claim: one that runs, then by what is said of it.
  fileprivate func precedes(_ other: Self) -> Bool {
    if runs != other.runs { return runs }
    let (own, others) = (text, other.text)
    return own == others ? name < other.name : own < others
  }

  /// Whether nothing that counts is different.
  fileprivate func isLike(_ other: Self) -> Bool {
    Set(states.keys).union(other.states.keys).allSatisfy { slug in
      let (own, others) = (states[slug], other.states[slug])
      if own == others { return true }
      if slug == Posture.Key.image { return false }
      // What cannot be said of one that does not run.
      return own?.verdict ?? .notApplicable == .notApplicable && others?.verdict != .fail
    }
  }

  private var text: String {
    states.sorted { $0.key < $1.key }.map { slug, state in
      "\(slug) \(state.verdict.rawValue) \(state.observed.utf8.count) \(state.observed)"
    }.joined(separator: "\n")
  }
}

extension String {
  /// Whether it is made of what names of services are made of, and so has no slash in it.
  fileprivate var isPlain: Bool {
    !isEmpty && utf8.count <= 255
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
          UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}
