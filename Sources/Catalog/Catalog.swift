import HardeningModel

/// Every check there is.
package enum Catalog {
  package static let checks: [Check] =
    HostChecks.all + DaemonChecks.all + FileChecks.all + ContainerChecks.all + SwarmChecks.all
    + SwarmClusterChecks.all + EnterpriseChecks.all + [ContentTrust.check]

  package static let bySlug: [String: Check] = Dictionary(
    uniqueKeysWithValues: checks.map { ($0.slug, $0) })
}
