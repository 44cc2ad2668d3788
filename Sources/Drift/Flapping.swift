import HardeningModel

/// Keeps what changes all the time from being told all the time. It outlives the process.
///
/// A thing that changes more often than allowed within a window is told once as flapping. From then on
/// its changes are kept quiet until it has rested, which is told once, with what came of it.
package struct Flapping: Sendable, Equatable, Codable {
  package typealias Limits = FlappingLimits

  /// What is to be done with the events of a pass; each is in one of the two.
  package struct Outcome: Sendable, Equatable {
    /// In order of subjects, with those that something flaps or rests.
    package var told: [DriftEvent]
    /// What flaps is not told, but happened.
    package var quiet: [DriftEvent]
  }

  fileprivate struct Record: Sendable, Equatable, Codable {
    var slug: String?
    var subject: String
    /// The changes within the window, oldest first; of one that flaps only the last.
    var times: [Int]
    var last: DriftEvent
    /// The state before it was told to flap; `nil` where it does not.
    var before: Posture.State?
  }

  private var records: [Record] = []

  package init() {}

  /// What flaps now, by subject and check, sorted.
  package var flapping: [(subject: String, slug: String?)] {
    records.filter { $0.before != nil }.map { ($0.subject, $0.slug) }
  }

  /// What is to be told of the events of a pass at `time`, in seconds since 1970; to be asked after each
  /// pass, also one without events.
  package mutating func take(
    _ events: [DriftEvent], at time: Int, limits: Limits = .standard
  ) -> Outcome {
    forget(before: time - limits.window, at: time)
    var outcome = Outcome(told: [], quiet: [])
    for event in events {
      let index = record(of: event)
      records[index].times.append(time)
      records[index].last = event
      records[index].last.parts = []
      if records[index].before != nil {
        records[index].times = [time]
        outcome.quiet.append(event)
      } else if records[index].times.count > limits.changes {
        records[index].before = event.before
        records[index].times = [time]
        var notice = event
        notice.change = .flapping
        outcome.told.append(notice)
        outcome.quiet.append(event)
      } else {
        outcome.told.append(event)
      }
    }
    for record in records {
      guard let before = record.before, time - (record.times.last ?? time) >= limits.rest else {
        continue
      }
      var notice = record.last
      notice.change = .rested
      notice.before = before
      outcome.told.append(notice)
    }
    records.removeAll {
      $0.before == nil ? $0.times.isEmpty : time - ($0.times.last ?? time) >= limits.rest
    }
    outcome.told.sort { $0.isBefore($1) }
    return outcome
  }

  private mutating func record(of event: DriftEvent) -> Int {
    if let index = records.firstIndex(where: {
      $0.slug == event.slug && $0.subject == event.subject
    }) {
      return index
    }
    let record = Record(slug: event.slug, subject: event.subject, times: [], last: event)
    let index = records.firstIndex { record.precedes($0) } ?? records.endIndex
    records.insert(record, at: index)
    return index
  }

  /// Changes from before the window do not count any more. One from the future is from a clock that was
  /// wrong, and is taken to be of now.
  private mutating func forget(before start: Int, at time: Int) {
    for index in records.indices {
      records[index].times = records[index].times.map { min($0, time) }
      if records[index].before == nil { records[index].times.removeAll { $0 <= start } }
    }
  }
}

extension Flapping.Record {
  fileprivate func precedes(_ other: Self) -> Bool {
    (subject, slug ?? "") < (other.subject, other.slug ?? "")
  }
}
