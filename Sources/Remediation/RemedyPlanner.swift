import HardeningModel

/// Turns what fails into what is done about it, as the host is now. Reads, and changes nothing.
package struct RemedyPlanner: Sendable {
  let host: HostAccess
  let snapshot: HostSnapshot
  let policy: Policy
  let allowsRestart: Bool

  package init(
    host: HostAccess, snapshot: HostSnapshot, policy: Policy, allowsRestart: Bool
  ) {
    self.host = host
    self.snapshot = snapshot
    self.policy = policy
    self.allowsRestart = allowsRestart
  }
}
