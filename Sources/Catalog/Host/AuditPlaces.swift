import HardeningModel

/// Where the paths of audit rules lead, and what lies there.
struct AuditPlaces {
  private let files: [String: Reading<FileFact>]
  private let mounts: Reading<[MountPoint]>

  init(_ snapshot: HostSnapshot) {
    files = snapshot.files
    mounts = snapshot.mounts
  }

  enum Relation {
    /// The rule is about the file, and all that lies beneath it.
    case about
    /// It is not; with what is worth telling, where it seems to be.
    case elsewhere(String?)
    case unsure(String)
  }

  /// How a rule that records is related to a file.
  func relation(of rule: AuditRule, to file: FileFact) -> Relation {
    let places = rule.fields.filter { ["path", "dir"].contains($0.name) }
    guard places.count == 1, let field = places.first, let path = field.text else {
      return .elsewhere(nil)
    }
    guard let target = target(of: path) else {
      // As it is written it cannot be the file, whose path has no symbolic link in it, and what its
      // links are is not known.
      return AbsolutePath.isAtOrBeneath(file.canonical, path)
        ? relation(of: rule, field, at: AbsolutePath.normal(path), to: file)
        : .unsure("cannot tell where the path of '\(rule)' leads")
    }
    return relation(of: rule, field, at: target, to: file)
  }

  private func relation(
    of rule: AuditRule, _ field: AuditRule.Field, at target: String, to file: FileFact
  ) -> Relation {
    let isSame = target.utf8.elementsEqual(file.canonical.utf8)
    if field.name == "path" {
      if isSame {
        return file.kind == .directory
          ? .elsewhere("'\(rule)' is about the directory itself, not what lies in it") : .about
      }
    } else if isSame {
      return .about
    } else if AbsolutePath.isAtOrBeneath(file.canonical, target) {
      return continues(from: target, to: file.canonical, rule)
    }
    if let path = field.text, case .found(let end)? = files[path],
      end.canonical.utf8.elementsEqual(file.canonical.utf8)
    {
      return .elsewhere("'\(rule)' is about a symbolic link, not what it leads to")
    }
    if AbsolutePath.isAtOrBeneath(target, file.canonical) {
      return .elsewhere("'\(rule)' is about something beneath it only")
    }
    return .elsewhere(nil)
  }

  /// Whether a rule that says never may be about a change of the file or of something in it. A rule
  /// about another place is taken not to be, though it would hide that something is moved from there.
  func mayTouch(_ rule: AuditRule, _ file: FileFact) -> Bool {
    rule.fields.filter { ["path", "dir"].contains($0.name) && $0.comparison == "=" }.allSatisfy {
      guard let path = $0.text else { return true }
      let target = target(of: path) ?? AbsolutePath.normal(path)
      let isWithin = AbsolutePath.isAtOrBeneath(target, file.canonical)
      if $0.name == "path" { return isWithin }
      return isWithin || AbsolutePath.isAtOrBeneath(file.canonical, target)
    }
  }

  /// The path of a rule as the kernel takes it: it follows every symbolic link but the last one. `nil`
  /// where that is not known.
  private func target(of path: String) -> String? {
    let components = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let last = components.last, path.hasPrefix("/") else { return nil }
    if last.isEmpty || last == "." || last == ".." {
      // With nothing after the last slash, the kernel follows a link there, too.
      return path.utf8.allSatisfy({ $0 == UInt8(ascii: "/") })
        ? "/" : files[path]?.value?.canonical
    }
    let parent = components.count == 2 ? "/" : components.dropLast().joined(separator: "/")
    switch files[parent] {
    case .found(let directory):
      return (directory.canonical == "/" ? "" : directory.canonical) + "/" + last
    // What is in no directory is nothing that exists.
    case .absent: return AbsolutePath.normal(path)
    case .unreadable, nil: return nil
    }
  }

  /// A rule about a directory goes on in the file systems that were mounted beneath it when it was made,
  /// and not in those mounted later.
  private func continues(from directory: String, to path: String, _ rule: AuditRule) -> Relation {
    guard case .found(let mounts) = mounts, let upper = mounts.holding(directory),
      let lower = mounts.holding(path)
    else { return .unsure("cannot tell whether '\(rule)' reaches it: its mounts are not known") }
    if upper.id == lower.id { return .about }
    // Bound to itself or not, a directory stays where it is in its file system.
    if upper.device == lower.device,
      AbsolutePath.isAtOrBeneath(
        lower.position(of: path), upper.position(of: directory))
    {
      return .about
    }
    return .unsure(
      "cannot tell whether '\(rule)' reaches it: it does if '\(lower.path)' was mounted before the "
        + "rule was made")
  }
}

extension MountPoint {
  /// Where in its file system a path is that lies on this mount.
  func position(of path: String) -> String {
    let beneath = path.utf8.dropFirst(self.path == "/" ? 0 : self.path.utf8.count)
    return AbsolutePath.normal(root + "/" + String(Substring(beneath)))
  }
}
