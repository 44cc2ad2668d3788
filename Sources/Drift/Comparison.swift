import HardeningModel

/// Two postures side by side: what differs, and which of that is worth telling.
struct Comparison {
  let earlier: Posture
  let current: Posture
  /// What was last known of what `earlier` could not see.
  var remembered: [Posture.Key: Posture.State] = [:]
  /// The slugs of which `earlier` did not see all, so that what it lacks may have been there.
  let unseen: Set<String>

  private let judgedBefore: Set<String>
  private let judgedNow: Set<String>
  private let blindNow: Set<String>
  /// The subjects that are there in one of the two only: whether in the current one.
  private var arrivals: [String: Bool] = [:]

  init(
    from earlier: Posture, to current: Posture,
    remembered: [Posture.Key: Posture.State] = [:], unseen: Set<String>
  ) {
    self.earlier = earlier
    self.current = current
    self.remembered = remembered
    self.unseen = unseen
    judgedBefore = earlier.judged
    judgedNow = current.judged
    blindNow = current.blindSlugs
    arrivals = Self.arrivals(self)
  }

  struct Told {
    var part: DriftEvent.Part
    var change: DriftEvent.Change
  }

  /// Every state that differs, sorted.
  var parts: [DriftEvent.Part] {
    var parts: [DriftEvent.Part] = []
    for (key, before) in earlier.states where current.states[key] != before {
      parts.append(DriftEvent.Part(key: key, before: before, after: current.states[key]))
    }
    for (key, after) in current.states where earlier.states[key] == nil {
      parts.append(DriftEvent.Part(key: key, before: nil, after: after))
    }
    return parts.sorted { $0.key < $1.key }
  }

  /// Whether the current pass could not have seen a state, so that its absence says nothing.
  func isHiddenNow(_ key: Posture.Key) -> Bool {
    current.partiality != nil || !judgedNow.contains(key.slug)
      || (blindNow.contains(key.slug) && !key.isOfHost)
      || current.states[Posture.Key(slug: Posture.Key.notJudged, subject: key.subject)] != nil
  }

  /// Whether the earlier pass could not have seen it.
  func wasHidden(_ key: Posture.Key) -> Bool {
    !judgedBefore.contains(key.slug) || (unseen.contains(key.slug) && !key.isOfHost)
  }

  /// Whether the subject appeared (true) or disappeared (false).
  func arrival(of subject: String) -> Bool? { arrivals[subject] }

  /// What is to be told of one state that differs; `nil` for nothing.
  func change(of part: DriftEvent.Part) -> DriftEvent.Change? {
    if let appeared = arrivals[part.key.subject] {
      return part.after == nil && isHiddenNow(part.key) && appeared
        ? nil : appeared ? .appeared : .disappeared
    }
    if part.after?.verdict == .unknown {
      // What is known all the same: the members of a group, of which there may be more elsewhere.
      return part.before?.verdict == .unknown ? .changed : .lostSight
    }
    if part.after == nil, isHiddenNow(part.key) { return nil }
    if part.before?.verdict == .unknown {
      guard let known = remembered[part.key], known != (part.after ?? .none) else {
        return .regainedSight
      }
      return change(from: known, to: part.after ?? .none) ?? .regainedSight
    }
    if part.before == nil, wasHidden(part.key) { return nil }
    // A check of another benchmark may be about another of the host's things.
    if part.before == nil || part.after == nil,
      earlier.epoch.benchmark != current.epoch.benchmark
    {
      return nil
    }
    return change(from: part.before ?? .none, to: part.after ?? .none)
  }

  /// Of two known states. That a check begins or ceases to apply is told only where it fails.
  private func change(
    from before: Posture.State, to after: Posture.State
  ) -> DriftEvent.Change? {
    if before.verdict == after.verdict { return before == after ? nil : .changed }
    let isWorse = Verdict.worst(of: [before.verdict, after.verdict]) == after.verdict
    let fails = before.verdict == .fail || after.verdict == .fail
    if !fails, before.verdict == .notApplicable || after.verdict == .notApplicable { return nil }
    return isWorse ? .regressed : .improved
  }

  private static func arrivals(_ comparison: Comparison) -> [String: Bool] {
    let before = comparison.earlier.presence
    let after = comparison.current.presence
    var arrivals: [String: Bool] = [:]
    // It is there when one check that saw all then, or sees all now, says so.
    for (subject, keys) in after where before[subject] == nil {
      if keys.contains(where: { !comparison.wasHidden($0) }) { arrivals[subject] = true }
    }
    for (subject, keys) in before where after[subject] == nil {
      if keys.contains(where: { !comparison.isHiddenNow($0) }) { arrivals[subject] = false }
    }
    return arrivals
  }
}

extension Posture {
  /// The slugs that were judged.
  var judged: Set<String> { Set(epoch.checks).union([Key.notJudged]) }

  /// The slugs of which it cannot be said whom they should have been about: all that were not judged of
  /// all, and those with an unknown state of what is always there.
  var blindSlugs: Set<String> {
    if partiality != nil { return judged }
    return Set(
      states.lazy.filter { $0.value.verdict == .unknown && $0.key.isOfHost }.map(\.key.slug))
  }

  /// The subjects that come and go, each with what says that it is there.
  fileprivate var presence: [String: [Key]] {
    var presence: [String: [Key]] = [:]
    for (key, state) in states where !key.isOfHost {
      if state.verdict != .notApplicable || key.slug == Key.image {
        presence[key.subject, default: []].append(key)
      }
    }
    return presence
  }
}

extension Posture.Key {
  /// Whether the subject is always there: the host, the daemon, the swarm.
  var isOfHost: Bool { !subject.utf8.contains(UInt8(ascii: ":")) }
}
