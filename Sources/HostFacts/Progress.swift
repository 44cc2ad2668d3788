/// Tells whoever waits how far a pass has come.
package struct Progress: Sendable {
  package enum Step: Sendable, Equatable {
    case engine
    /// One more container of so many was read.
    case container(of: Int)
    case host
  }

  private let tell: @Sendable (Step) -> Void

  package init(_ tell: @escaping @Sendable (Step) -> Void = { _ in }) { self.tell = tell }

  func report(_ step: Step) { tell(step) }
}
