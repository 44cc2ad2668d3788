import HardeningModel

/// What changed on a host between two passes.
package enum Drift {
  /// All that differs between two postures: what people are told of, and the rest.
  package struct Difference: Sendable, Equatable {
    /// In order of subjects.
    package var events: [DriftEvent]
    /// What differs and is not told: that a check applies now and passes, what a partial pass lacks, what
    /// another benchmark or catalog judges. Sorted.
    package var quiet: [DriftEvent.Part]
    package var epoch: Posture.Epoch
    package var partiality: String?
  }

  /// What differs in `current` from `earlier`, two passes of which nothing else is known.
  package static func difference(from earlier: Posture, to current: Posture) -> Difference {
    let comparison = Comparison(from: earlier, to: current, unseen: earlier.blindSlugs)
    var quiet: [DriftEvent.Part] = []
    var told: [Comparison.Told] = []
    for part in comparison.parts {
      if let change = comparison.change(of: part) {
        told.append(Comparison.Told(part: part, change: change))
      } else {
        quiet.append(part)
      }
    }
    return Difference(
      events: Grouping(comparison).events(of: told), quiet: quiet, epoch: current.epoch,
      partiality: current.partiality)
  }

  /// The events of it: one for each thing that happened.
  package static func diff(from earlier: Posture, to current: Posture) -> [DriftEvent] {
    difference(from: earlier, to: current).events
  }

  /// `posture` with the difference made: what it was found in comparison to.
  package static func apply(_ difference: Difference, to posture: Posture) -> Posture {
    var result = posture
    result.epoch = difference.epoch
    result.partiality = difference.partiality
    for part in difference.events.flatMap(\.parts) + difference.quiet {
      result.states[part.key] = part.after
    }
    return result
  }
}
