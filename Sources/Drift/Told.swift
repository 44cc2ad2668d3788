import HardeningModel

/// What people have been told of a host, by which it is decided what is news. It outlives the process.
///
/// What a pass cannot see stays as it was last known, so that a change that was told is not told again
/// when it comes back into sight, and one that happened out of sight is told then.
package struct Told: Sendable, Equatable, Codable {
  /// The last state of everything; `unknown` where that is the last.
  package var posture: Posture
  /// What was last known of what is unknown, sorted; nothing of what never was known.
  package var remembered: [DriftEvent.Part]
  /// The slugs of which no pass has seen all yet, sorted: what they are about does not appear when it is
  /// seen for the first time.
  package var unseen: [String]

  /// Nothing is news of what `posture` has.
  package init(_ posture: Posture) {
    self.posture = posture
    remembered = []
    unseen = posture.blindSlugs.sorted()
  }

  var known: [Posture.Key: Posture.State] {
    var states: [Posture.Key: Posture.State] = [:]
    for part in remembered { states[part.key] = part.after }
    return states
  }

  /// After a pass that was compared with it.
  mutating func take(_ comparison: Comparison) {
    let current = comparison.current
    var known = known
    let earlier = posture
    for (key, state) in earlier.states where current.states[key] == nil {
      let isGone = comparison.arrival(of: key.subject) == false || !comparison.isHiddenNow(key)
      if isGone {
        posture.states[key] = nil
        known[key] = nil
      } else if state.verdict != .unknown {
        posture.states[key] = state
      }
    }
    for (key, state) in current.states {
      if state.verdict != .unknown {
        known[key] = nil
      } else if let before = earlier.states[key] {
        if before.verdict != .unknown { known[key] = before }
      } else if key.isOfHost, !comparison.wasHidden(key) {
        // Nothing was said of it, though it would have been.
        known[key] = Posture.State.none
      }
      posture.states[key] = state
    }
    remembered = known.map { DriftEvent.Part(key: $0, before: nil, after: $1) }
      .sorted { $0.key < $1.key }

    let judged = current.judged
    let blind = current.blindSlugs
    let isNew = judged.subtracting(earlier.judged)
    unseen = Set(unseen).union(isNew).filter { !judged.contains($0) || blind.contains($0) }.sorted()
    let others = earlier.epoch.checks.filter { !judged.contains($0) }
    posture.epoch = Posture.Epoch(
      benchmark: current.epoch.benchmark, checks: current.epoch.checks + others)
    posture.partiality = nil
  }
}

extension Drift {
  /// What people are to be told of a pass, and what they have been told then.
  package struct News: Sendable, Equatable {
    /// In order of subjects.
    package var events: [DriftEvent]
    package var told: Told
  }

  /// What is new in `current` to people who have been told `told`, each thing once.
  ///
  /// Without anything told, a pass is compared with the accepted baseline; where there is none either, it
  /// is the first pass, and nothing is news. What is as accepted again is marked as a return.
  package static func news(
    baseline: Posture?, told: Told?, current: Posture
  ) -> News {
    guard var told = told ?? baseline.map(Told.init) else {
      return News(events: [], told: Told(current))
    }
    let comparison = Comparison(
      from: told.posture, to: current, remembered: told.known, unseen: Set(told.unseen))
    let changes = comparison.parts.compactMap { part in
      comparison.change(of: part).map { Comparison.Told(part: part, change: $0) }
    }
    var events = Grouping(comparison).events(of: changes)
    if let baseline {
      for index in events.indices {
        events[index].isReturn = events[index].parts.allSatisfy { part in
          part.after?.verdict != .unknown
            && (baseline.states[part.key] ?? .none) == (part.after ?? .none)
        }
      }
    }
    told.take(comparison)
    return News(events: events, told: told)
  }
}
