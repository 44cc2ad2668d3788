/// Thrown by an evaluator that lacks something it needs: the verdict is unknown, for this reason.
struct CannotTell: Error, CustomStringConvertible {
  var description: String
  init(_ reason: String) { description = reason }
}

/// Thrown of a container that does not run where only its processes could tell: the verdict is unknown,
/// for this reason, and what was known while it ran still holds.
struct TellsWhenItRuns: Error, CustomStringConvertible {
  var description: String
  init(_ reason: String) { description = reason }
}
