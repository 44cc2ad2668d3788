/// The limits that remedies give to containers that have none; without a value such a remedy refuses,
/// since only who knows a container knows what it needs.
package struct ContainerRemedies: Sendable, Equatable {
  /// Bytes of memory, swap included.
  package var memory: Int64?
  /// Relative weight.
  package var cpuShares: Int64?
  /// Processes and threads.
  package var pids: Int64?

  package init() {}
}
