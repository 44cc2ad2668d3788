import HardeningModel

/// What is done about each failed finding of section 3: pure, by what the snapshot has of the files.
package enum FileRemedies {
  /// An intervention for each failed finding about a file, or why there can be none. Where two paths lead
  /// to one file, that of the second one changes nothing: the first has done it.
  ///
  /// `action` is `giveBack` or `clearExtraBits`; for any other there are none.
  package static func plan(
    _ action: RemedyAction, of slug: String, _ findings: [Finding], in snapshot: HostSnapshot
  ) -> [(subject: Subject, plan: Result<Intervention, RemediationError>)] {
    var firsts: [FileIdentity: String] = [:]
    return findings.compactMap { finding in
      guard finding.verdict == .fail, case .file(let path) = finding.subject else { return nil }
      var intervention = Intervention(slug: slug, subject: finding.subject, changes: [])
      do throws(RemediationError) {
        guard case .found(let fact) = snapshot.files[path] ?? .absent else {
          throw .refused("cannot mend '\(path)': it was not looked at")
        }
        if let first = firsts[fact.identity] {
          intervention.notes = ["It is the same file as '\(Printable.text(first))'."]
        } else {
          firsts[fact.identity] = path
          let changes = try changes(by: action, path, fact, snapshot)
          intervention.changes = changes.map(Change.attributes)
          intervention.diff = changes.flatMap(\.diff)
        }
        return (finding.subject, .success(intervention))
      } catch {
        return (finding.subject, .failure(error))
      }
    }
  }

  private static func changes(
    by action: RemedyAction, _ path: String, _ fact: FileFact, _ snapshot: HostSnapshot
  ) throws(RemediationError) -> [AttributesChange] {
    let before = Attributes(uid: fact.uid, gid: fact.gid, mode: fact.mode)
    var steps: [Attributes] = []
    switch action {
    case .giveBack(let owner):
      let required = owner.required(in: snapshot)
      guard let gid = required.gid else {
        throw .refused(
          "cannot mend '\(path)': whose it is to be is not known: \(required.failure ?? "")")
      }
      var after = before
      // What another has written must not run with root's rights, nor with those of a group.
      if fact.kind != .directory { after.mode &= ~0o6000 }
      steps.append(after)
      (after.uid, after.gid) = (0, gid)
      steps.append(after)
    case .clearExtraBits(let allowed):
      var after = before
      for role in roles(of: fact.identity, in: snapshot) {
        if let bits = allowed[role] { after.mode &= bits }
      }
      steps.append(after)
    case .configureDaemon, .watch, .exportContentTrust, .update: break
    }
    var changes: [AttributesChange] = []
    var last = before
    for step in steps where step != last {
      changes.append(
        AttributesChange(
          path: path, canonical: fact.canonical, identity: fact.identity, kind: fact.kind,
          before: last, after: step))
      last = step
    }
    return changes
  }

  /// All that the file is, by whichever of its paths: a key may be served as a certificate too.
  private static func roles(
    of identity: FileIdentity, in snapshot: HostSnapshot
  ) -> [FileRole] {
    snapshot.paths.compactMap { role, paths in
      let isOne = (paths.value ?? []).contains {
        snapshot.files[$0]?.value?.identity == identity
      }
      return isOne ? role : nil
    }
  }
}
