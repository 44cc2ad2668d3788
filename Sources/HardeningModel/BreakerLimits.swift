/// How often the service mends the same thing before it leaves that to a person.
package struct BreakerLimits: Sendable, Equatable {
  /// How many times within the window; 0 sets no bound.
  package var repairs: Int
  /// In seconds.
  package var window: Int

  package init(repairs: Int, window: Int) {
    self.repairs = repairs
    self.window = window
  }

  /// Once may be an accident, and twice an installation that was begun again. What is undone a third time
  /// within an hour is undone by something that goes on doing so.
  package static let standard = BreakerLimits(repairs: 3, window: 3600)
}
