/// What an evaluator sees, and all that it sees. One serves all checks of a pass; it and the
/// containers in it are shared by reference, since a container is a large value to copy.
package final class Context: Sendable {
  package let snapshot: HostSnapshot
  package let policy: Policy
  package let scope: ContainerScope
  /// The benchmark that is judged by, e.g. `cis-1.2.0`: one number means another file there.
  package let benchmark: String?
  /// The containers in the scope, by name.
  package let containers: Reading<[JudgedContainer]>

  package init(
    snapshot: HostSnapshot, policy: Policy = Policy(), scope: ContainerScope = ContainerScope(),
    benchmark: String? = nil
  ) {
    self.snapshot = snapshot
    self.policy = policy
    self.scope = scope
    self.benchmark = benchmark
    containers = snapshot.containers.map { readings in
      readings.compactMap { reading in
        let judged = JudgedContainer(reading)
        return scope.admits(judged) && policy.counts(judged) ? judged : nil
      }.sorted { $0.name < $1.name }
    }
  }
}

/// A container of the list that is to be judged.
package final class JudgedContainer: Sendable {
  package let name: String
  package let inspection: Reading<Inspected>

  /// What its inspection gave.
  package final class Inspected: Sendable {
    package let container: Container
    init(_ container: Container) { self.container = container }
  }

  init(_ reading: ContainerReading) {
    name = reading.inspection.value?.displayName ?? reading.name
    inspection = reading.inspection.map(Inspected.init)
  }
}

extension ContainerScope {
  /// A container that could not be inspected is left in wherever it might belong.
  fileprivate func admits(_ judged: JudgedContainer) -> Bool {
    admits(name: judged.name, image: judged.inspection.value?.container.config.image.value)
  }
}

extension Policy {
  fileprivate func counts(_ judged: JudgedContainer) -> Bool {
    guard let containerStates, let container = judged.inspection.value?.container,
      let state = container.state.status.value
    else { return true }
    return ContainerState(rawValue: state).map(containerStates.contains) ?? true
  }
}
