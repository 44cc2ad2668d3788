/// Thrown by an evaluator that lacks something it needs: the verdict is unknown, for this reason.
struct CannotTell: Error, CustomStringConvertible {
  var description: String
  init(_ reason: String) { description = reason }
}
