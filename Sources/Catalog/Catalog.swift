import HardeningModel

/// Every check there is.
package enum Catalog {
  package static let checks: [Check] =
    FileChecks.all + ContainerChecks.all + SwarmChecks.all
    + ImageChecks.all + OperationsChecks.all

  package static let bySlug: [String: Check] = Dictionary(
    uniqueKeysWithValues: checks.map { ($0.slug, $0) })
}
