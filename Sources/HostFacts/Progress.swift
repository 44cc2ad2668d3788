/// Tells whoever waits how far a pass has come.
package struct Progress: Sendable {
  package enum Step: Sendable, Equatable {
    case engine
    case containers(done: Int, of: Int)
    case host
  }

  private let tell: @Sendable (Step) -> Void

  package init(_ tell: @escaping @Sendable (Step) -> Void = { _ in }) { self.tell = tell }

  func report(_ step: Step) { tell(step) }
}
