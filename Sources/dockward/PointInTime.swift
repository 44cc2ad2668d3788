import HardeningModel

/// A time in the past as people give it.
enum PointInTime {
  /// Seconds since 1970 of a day, a time, or a span before `now`; throws a usage `Failure` for any other
  /// text, and for a time that is to come.
  static func parse(_ text: String, now: Int) throws -> Int {
    guard let seconds = seconds(text, now: now) else {
      throw Failure(
        .usage,
        "--since: '\(text)' is neither a day (2026-01-31), a time (2026-01-31T12:00:00Z) nor a span (7d, 24h, 30m)"
      )
    }
    guard seconds <= now else {
      throw Failure(
        .usage,
        "--since: '\(text)' is to come; it is \(Timestamp.rfc3339(seconds: now)), in UTC")
    }
    return seconds
  }

  private static func seconds(_ text: String, now: Int) -> Int? {
    if let day = Day(text) { return day.number * 86_400 }
    if Day(String(text.prefix(10))) != nil, let seconds = Timestamp.seconds(rfc3339: text) {
      return seconds
    }
    return TimeSpan.seconds(text).map { now - $0 }
  }
}
