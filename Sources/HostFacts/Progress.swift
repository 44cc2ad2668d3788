/// Tells whoever waits how far a pass has come.
package struct Progress: Sendable {
  package enum Step: Sendable, Equatable {
    case engine
    /// One more container of so many was read.
    case container(of: Int)
    case host
    /// Layers of images were walked that no earlier pass had.
    case layers(LayerEffort)
  }

  /// What the first, cold walk through layers took.
  package struct LayerEffort: Sendable, Equatable {
    package var layers: Int
    package var files: Int
    package var milliseconds: Int
  }

  private let tell: @Sendable (Step) -> Void

  package init(_ tell: @escaping @Sendable (Step) -> Void = { _ in }) { self.tell = tell }

  func report(_ step: Step) { tell(step) }
}
