/// How patient an event stream is, and how much it takes from an Engine.
package struct EventStreamLimits: Sendable, Hashable {
  /// From the connection to the head of the answer, and how long a ping may take.
  package var answerTimeout: Duration = .seconds(5)
  /// After so long without a word the Engine is asked whether it is still there.
  package var silence: Duration = .seconds(60)
  /// The pauses before the next attempts to connect: none, then the shortest, then each twice as long.
  package var shortestPause: Duration = .milliseconds(100)
  package var longestPause: Duration = .seconds(30)
  /// A connection that lasted so long makes the pauses short again.
  package var steady: Duration = .seconds(10)
  /// Bytes of one event. It has all labels of its container or image in it.
  package var lineBytes = 256 << 10
  package var headerBytes = 64 << 10
  /// After so many lines in a row that are no events, it is no event stream.
  package var nonsense = 100

  package init() {}
}

/// How long to wait before each attempt.
struct Pauses {
  let limits: EventStreamLimits
  private var attempts = 0

  init(_ limits: EventStreamLimits) { self.limits = limits }

  mutating func reset() { attempts = 0 }

  /// The next pause; `jitter`, from 0 to 1, shortens it by up to a half, so that not all who wait for an
  /// Engine come at once.
  mutating func next(jitter: Double) -> Duration {
    defer { attempts += 1 }
    guard attempts > 0 else { return .zero }
    var pause = limits.shortestPause
    for _ in 1..<min(attempts, 32) where pause < limits.longestPause { pause *= 2 }
    return min(pause, limits.longestPause) * (1 - jitter / 2)
  }
}
