import HardeningModel

/// What the differences between two postures come from, as far as these tell.
struct Cause {
  private let comparison: Comparison
  private let changes: [Posture.Key: DriftEvent.Change]
  /// The subjects of which something else is told than whether it can be seen.
  private let touched: Set<String>
  /// Whether all that is out of sight is so because the Engine is, or was.
  private let engineIsOut: Bool

  init(_ told: [Comparison.Told], in comparison: Comparison) {
    self.comparison = comparison
    changes = Dictionary(
      told.map { ($0.part.key, $0.change) }, uniquingKeysWith: { first, _ in first })
    touched = Set(told.filter { !$0.change.isSight }.map(\.part.key.subject))
    engineIsOut = comparison.earlier.engineIsOut || comparison.current.engineIsOut
  }

  func topic(of told: Comparison.Told) -> Topic {
    let key = told.part.key
    if told.change.isSight { return sight(of: key) }
    if let upstream = Consequences.upstream(of: key), let change = changes[upstream.key],
      !change.isSight
    {
      return Topic(subject: upstream.subject, slug: upstream.slug)
    }
    if comparison.arrival(of: key.subject) != nil { return Topic(subject: owner(of: key.subject)) }
    if key.isOfHost { return Topic(subject: key.subject, slug: key.slug) }
    if Consequences.isAboutAuditing(key.slug) { return Topic(slug: "host-audit") }
    if let image = tag(of: told.part) { return Topic(subject: image) }
    if let container = user(of: told.part) { return Topic(subject: container) }
    return Topic(subject: key.subject)
  }

  private func sight(of key: Posture.Key) -> Topic {
    if engineIsOut { return Topic(subject: "daemon", isSight: true) }
    if let upstream = Consequences.upstream(of: key), changes[upstream.key]?.isSight ?? false {
      return Topic(subject: upstream.subject, isSight: true)
    }
    if key.isOfHost, Consequences.countsContainers(key.slug) {
      let container = changes.filter { $0.value.isSight && $0.key.subject.hasPrefix("container:") }
        .keys.min()
      if let container { return Topic(subject: container.subject, isSight: true) }
    }
    return Topic(subject: key.subject, isSight: true)
  }

  /// The subject that an appearance or a disappearance is told with: that of the replica which a further
  /// container of the same identity was before, where that has changed.
  private func owner(of subject: String) -> String {
    guard let first = Identity.first(of: subject), touched.contains(first) else { return subject }
    if comparison.arrival(of: subject) == false { return first }
    let left = comparison.current.states.filter { $0.key.subject == subject }
    let isLeftBehind = left.allSatisfy { key, state in
      comparison.earlier.states[Posture.Key(slug: key.slug, subject: first)] == state
        || state.verdict == .notApplicable && key.slug != Posture.Key.image
    }
    return isLeftBehind ? first : subject
  }

  /// The tag whose image has changed, of what a container says of its image because of that.
  private func tag(of part: DriftEvent.Part) -> String? {
    guard part.key.slug == "container-image-latest" || part.key.slug == Posture.Key.image else {
      return nil
    }
    let latest = Posture.Key(slug: "container-image-latest", subject: part.key.subject)
    guard let name = (comparison.current.states[latest] ?? comparison.earlier.states[latest]) else {
      return nil
    }
    let tag = Posture.Key(slug: Posture.Key.image, subject: "image:\(name.observed)")
    guard changes[tag] != nil else { return nil }
    // A container made from another image than the tag's new one was changed by itself.
    let isByTag =
      part.key.slug != Posture.Key.image
      || part.after?.observed == comparison.current.states[tag]?.observed
    return isByTag ? tag.subject : nil
  }

  /// The container by which an image came into use, or went out of it.
  private func user(of part: DriftEvent.Part) -> String? {
    guard part.key.slug == "image-trusted-base", part.before == nil || part.after == nil else {
      return nil
    }
    let key = Posture.Key(slug: Posture.Key.image, subject: part.key.subject)
    let image = (comparison.current.states[key] ?? comparison.earlier.states[key])?.observed
    return changes.keys.filter {
      $0.slug == Posture.Key.image && $0.subject.hasPrefix("container:")
        && (part.before == nil ? comparison.current : comparison.earlier).states[$0]?.observed
          == image
    }.min()?.subject
  }
}

extension DriftEvent.Change {
  var isSight: Bool { self == .lostSight || self == .regainedSight }
}

extension Posture {
  /// Whether the Engine does not tell what containers and images there are.
  var engineIsOut: Bool {
    states[Key(slug: Key.image, subject: "daemon")]?.verdict == .unknown
  }
}
