/// When passes over all are due.
struct Schedule: Equatable {
  /// In seconds.
  var interval: Int

  /// How long until the next one: the interval, give or take a tenth, so that hosts that were started at
  /// once do not stay in step. `random` is from 0 to 1.
  func wait(random: Double) -> Duration {
    .milliseconds(Int64(Double(interval) * 1000 * (0.9 + 0.2 * random)))
  }
}

/// How long to wait before the Engine is asked again that did not answer: longer each time.
struct Patience: Equatable {
  private var failures = 0
  private static let longest: Duration = .seconds(60)

  mutating func next() -> Duration {
    failures += 1
    return min(.seconds(1 << min(failures + 1, 10)), Self.longest)
  }

  mutating func reset() { failures = 0 }
}
