import HardeningModel

/// The export of `DOCKER_CONTENT_TRUST=1` to login shells and to the services of systemd.
package enum ContentTrustRemedy {
  /// Beside others of that directory, whose order depends on the shell: the check wants all that set the
  /// variable to agree.
  package static let profile = "/etc/profile.d/dockward-content-trust.sh"
  /// `DefaultEnvironment=` adds up, whatever file it stands in, until one has it empty; so this one comes
  /// last (seen with systemd 252 and 257).
  package static let dropIn = "/etc/systemd/system.conf.d/zz-dockward-content-trust.conf"

  private static let heading = "# Added by dockward remediate; dockward undo takes it out again."

  /// What is done about a failed finding of the check `slug`.
  package static func draft(
    for finding: Finding, of slug: String, on snapshot: HostSnapshot
  ) throws(RemediationError) -> Draft {
    guard finding.verdict != .notApplicable else { throw .refused(finding.reason) }
    guard finding.verdict == .fail, case .found(let facts) = snapshot.clients else {
      throw .refused(
        finding.reason.isEmpty ? "what is exported now is not known" : finding.reason)
    }
    var draft = Draft(
      intervention: Intervention(slug: slug, subject: finding.subject, changes: []), files: [])
    if try isMissing(facts.loginShells, overrides: ["/etc/environment"]) {
      draft.files.append(.exactly([heading, "export DOCKER_CONTENT_TRUST=1"], at: profile))
    }
    if try isMissing(facts.services, overrides: []) {
      draft.files.append(
        .exactly([heading, "[Manager]", "DefaultEnvironment=DOCKER_CONTENT_TRUST=1"], at: dropIn))
      if snapshot.host.root == "/" { draft.intervention.effects = [.systemdReload] }
    }
    draft.intervention.notes = notes(facts)
    return draft
  }

  /// Whether a variable has to be set; throws where somebody has switched it off on purpose, in a place
  /// that counts as much as what is written here or more.
  private static func isMissing(
    _ variable: Reading<ExportedVariable>, overrides: [String]
  ) throws(RemediationError) -> Bool {
    switch variable {
    case .absent: return true
    case .unreadable(let reason): throw .refused(reason)
    case .found(let variable):
      guard ContentTrustValue.isOff(variable.value) else { return false }
      if overrides.contains(variable.source) { return true }
      throw .refused(
        "\(variable.source) has DOCKER_CONTENT_TRUST='\(variable.value)', which says off: take that "
          + "out first"
          + (variable.source.hasPrefix("/")
            ? ""
            : " (DefaultEnvironment= in /etc/systemd/system.conf or system.conf.d, or systemctl "
              + "unset-environment DOCKER_CONTENT_TRUST)"))
    }
  }

  /// What it means on this host.
  private static func notes(_ facts: ClientFacts) -> [String] {
    let versions = (facts.clients.value ?? []).compactMap(\.version.value)
    let version = versions.first.map { " \($0)" } ?? ""
    return [
      "the Docker client\(version) honours it: docker pull, run and build by tag then fail for each "
        + "image that is not signed, most of Docker's own among them; DOCKER_CONTENT_TRUST=0 before a "
        + "command, or --disable-content-trust, lets it through",
      "Docker's Notary server, which has the signatures of Docker Hub's images, shuts down on "
        + "2026-12-08: from then on none of these can be verified, and pulls of them by tag fail; clients "
        + "from 29 on ignore the variable",
      "shells and services that run already keep the environment that they have",
    ]
  }
}
