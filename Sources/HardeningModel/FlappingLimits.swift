/// From when on something flaps, and when it has rested. Durations are in seconds.
package struct FlappingLimits: Sendable, Equatable, Codable {
  /// How many changes within the window are still told each.
  package var changes: Int
  package var window: Int
  /// How long without a change is rest.
  package var rest: Int

  package init(changes: Int, window: Int, rest: Int) {
    self.changes = changes
    self.window = window
    self.rest = rest
  }

  /// A change that a person makes, undoes, makes better and undoes again within a day is told each
  /// time; a fifth is no work any more. A day, since passes may be hours apart. What changes no more
  /// often than four times a day has 6 hours between changes, so that after these it rests.
  package static let standard = FlappingLimits(changes: 4, window: 86_400, rest: 21_600)
}
