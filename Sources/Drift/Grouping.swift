import HardeningModel

/// Puts together what differs by one thing that happened, so that people are told of it once.
///
/// What differs in one subject is one event: a container that is made again changes in many ways at
/// once. Of the host, the daemon and the swarm, which are always there, each check is its own.
struct Grouping {
  private let comparison: Comparison
  private let before: [String: [Line]]
  private let after: [String: [Line]]

  private typealias Line = (slug: String, state: Posture.State)

  init(_ comparison: Comparison) {
    self.comparison = comparison
    before = Self.bySubject(comparison.earlier)
    after = Self.bySubject(comparison.current)
  }

  /// One event for each thing that happened, in order of subjects.
  func events(of told: [Comparison.Told]) -> [DriftEvent] {
    if told.isEmpty { return [] }
    let cause = Cause(told, in: comparison)
    let groups = Dictionary(grouping: told) { cause.topic(of: $0) }
    return groups.map { event($0, of: $1) }.sorted { $0.isBefore($1) }
  }

  private func event(_ topic: Topic, of told: [Comparison.Told]) -> DriftEvent {
    // The one that says most: of the subject itself, the worst, the cause before what follows from it.
    let leader = told.min { rank($0, in: topic) < rank($1, in: topic) } ?? told[0]
    let change = leader.change
    let key = leader.part.key
    let ofSubject = told.filter { $0.part.key.subject == topic.subject }
    let (subject, own) =
      ofSubject.isEmpty
      ? (key.subject, told) : (ofSubject[0].part.key.subject, ofSubject)
    var event = DriftEvent(
      change: change, slug: key.slug, subject: subject,
      before: (change == .regainedSight ? nil : comparison.remembered[key])
        ?? leader.part.before ?? .none,
      after: leader.part.after ?? .none, parts: told.map(\.part).sorted { $0.key < $1.key })
    let isSight = change == .lostSight || change == .regainedSight
    if change == .appeared || change == .disappeared || key.slug == Posture.Key.image {
      event.slug = nil
      event.before = summary(of: before[subject])
      event.after = summary(of: after[subject])
      event.failing = failing(after[subject] ?? [])
    } else if isSight, told.count > 1 {
      event.slug = nil
      let unknown = Posture.State(verdict: .unknown)
      func worst(_ side: KeyPath<DriftEvent.Part, Posture.State?>) -> Posture.State {
        Posture.State(
          verdict: Verdict.worst(of: told.compactMap { $0.part[keyPath: side]?.verdict }))
      }
      event.before = change == .lostSight ? worst(\.before) : unknown
      event.after = change == .lostSight ? unknown : worst(\.after)
      event.failing = failing(lines(own))
    } else {
      event.failing = failing(lines(own))
    }
    return event
  }

  private func lines(_ told: [Comparison.Told]) -> [Line] {
    told.compactMap { told in
      told.part.after.map { (told.part.key.slug, $0) }
    }
  }

  private func rank(
    _ told: Comparison.Told, in topic: Topic
  ) -> (Int, Int, Int, Posture.Key) {
    let key = told.part.key
    let isOwn = topic.subject == nil || topic.subject == key.subject
    // Whatever its checks say then, a tag stands for another image.
    let isMoved = key.slug == Posture.Key.image && key.subject.hasPrefix("image:")
    return (
      isOwn ? 0 : 1, isMoved ? 0 : told.change.rank, topic.isConsequence(key) ? 1 : 0, key
    )
  }

  private func summary(of lines: [Line]?) -> Posture.State {
    guard let lines else { return .none }
    return Posture.State(
      verdict: Verdict.worst(of: lines.map(\.state.verdict)),
      observed: lines.first { $0.slug == Posture.Key.image }?.state.observed ?? "")
  }

  private func failing(_ lines: [Line]) -> [String] {
    Set(lines.filter { $0.state.verdict == .fail }.map(\.slug)).sorted()
  }

  private static func bySubject(_ posture: Posture) -> [String: [Line]] {
    var lines: [String: [Line]] = [:]
    for (key, state) in posture.states {
      lines[key.subject, default: []].append((key.slug, state))
    }
    return lines
  }
}

/// What an event is about: differences with the same topic are one event.
struct Topic: Hashable {
  /// `nil` where it is about several things that are alike.
  var subject: String?
  /// The check that the event is about, where it is about one.
  var slug: String?
  var isSight = false

  /// Whether another difference of the topic says more.
  func isConsequence(_ key: Posture.Key) -> Bool {
    if let slug { return key.slug != slug || key.subject != subject }
    return Consequences.saysLess.contains(key.slug)
  }
}

extension DriftEvent.Change {
  /// Which of several leads an event.
  fileprivate var rank: Int {
    switch self {
    case .appeared, .disappeared: 0
    case .regressed: 1
    case .changed: 2
    case .improved: 3
    case .lostSight: 4
    case .regainedSight: 5
    case .flapping, .rested: 6
    }
  }
}

extension DriftEvent {
  func isBefore(_ other: DriftEvent) -> Bool {
    if !subject.utf8.elementsEqual(other.subject.utf8) {
      return subject.utf8.lexicographicallyPrecedes(other.subject.utf8)
    }
    return ((slug ?? ""), change.rawValue) < ((other.slug ?? ""), other.change.rawValue)
  }
}
