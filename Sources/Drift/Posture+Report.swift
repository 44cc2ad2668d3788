import Crypto
import HardeningModel

extension Posture {
  /// What `report` says of the host of `snapshot`.
  ///
  /// `narrowed` says why not all checks or not all containers were judged, as with selectors; `nil` where
  /// all were. That the Engine did not answer is seen by itself.
  package init(of report: Report, from snapshot: HostSnapshot, narrowed: String? = nil) {
    let isWhole = narrowed == nil
    var checks = report.results.map(\.entry.slug)
    if isWhole { checks.append(Key.image) }
    self.init(epoch: Epoch(benchmark: report.benchmark.id, checks: checks))
    var reasons = [narrowed].compactMap { $0 }
    if !report.engine.reachable {
      reasons.append(report.engine.reason ?? "no Engine was asked")
    }
    partiality = reasons.isEmpty ? nil : reasons.joined(separator: "; ")

    var subjects = Subjects(snapshot)
    for result in report.results {
      for finding in result.findings {
        subjects.add(State(of: finding), of: result.entry.slug, on: finding.subject)
      }
    }
    if isWhole { subjects.addImages() }
    states = subjects.states
    if snapshot.containers.value == nil || snapshot.images.value == nil {
      states[Key(slug: Key.image, subject: "daemon")] = State(verdict: .unknown)
    }
  }
}

extension Posture.State {
  /// A text that counts and is longer is kept by its beginning and its digest.
  private static let limit = 400

  init(of finding: Finding) {
    switch (finding.verdict, finding.compared) {
    case (_, .nothing): self = .none
    // Why it does not apply, or is not known, says nothing of the host.
    case (.notApplicable, _), (.unknown, _): self.init(verdict: finding.verdict)
    case (_, .observed):
      self.init(verdict: finding.verdict, observed: Self.bounded(finding.observed))
    case (_, .text(let text)): self.init(verdict: finding.verdict, observed: Self.bounded(text))
    }
  }

  private static func bounded(_ text: String) -> String {
    guard text.utf8.count > limit else { return text }
    let digest = SHA256.hash(data: Array(text.utf8)).hexadecimal
    return "\(text.prefix(limit / 4))… (sha256:\(digest))"
  }
}

/// The states of one pass, put together by subjects.
private struct Subjects {
  private let snapshot: HostSnapshot
  private var others: [Posture.Key: Posture.State] = [:]
  /// By name, which an Engine gives once.
  private var containers: [String: [String: Posture.State]] = [:]
  /// The tags of images that have any, by what findings call the image.
  private let tags: [String: [String]]

  init(_ snapshot: HostSnapshot) {
    self.snapshot = snapshot
    var tags: [String: [String]] = [:]
    for image in snapshot.images.value ?? [] { tags[image.reference] = image.ownTags }
    self.tags = tags
  }

  mutating func add(_ state: Posture.State, of slug: String, on subject: Subject) {
    switch subject {
    case .container(let name): add(state, slug, to: &containers[name, default: [:]])
    case .image(let reference):
      // An image without a tag is what is left of one, or is known by the container that runs it.
      for tag in tags[reference] ?? [] { add(state, slug, on: "image:\(tag)") }
    default: add(state, slug, on: subject.description)
    }
  }

  private mutating func add(_ state: Posture.State, _ slug: String, on subject: String) {
    let key = Posture.Key(slug: slug, subject: subject.asKey)
    others[key] = others[key].map { $0.joined(with: state) } ?? state
  }

  private func add(
    _ state: Posture.State, _ slug: String, to states: inout [String: Posture.State]
  ) {
    states[slug] = states[slug].map { $0.joined(with: state) } ?? state
  }

  /// Adds which image each tag stands for, and each container was made from.
  mutating func addImages() {
    for image in snapshot.images.value ?? [] {
      for tag in image.ownTags {
        add(
          Posture.State(verdict: .notApplicable, observed: image.id), Posture.Key.image,
          on: "image:\(tag)")
      }
    }
    for reading in snapshot.containers.value ?? [] {
      let isJudged = containers[reading.judgedName] != nil
      var states = containers[reading.judgedName] ?? [:]
      let image = reading.inspection.value?.imageID.value
      states[Posture.Key.image] =
        image.map { Posture.State(verdict: .notApplicable, observed: $0) }
        ?? Posture.State(verdict: .unknown)
      if !isJudged { states[Posture.Key.notJudged] = Posture.State.none }
      containers[reading.judgedName] = states
    }
  }

  var states: [Posture.Key: Posture.State] {
    var labels: [String: OrchestratorLabels] = [:]
    var running: Set<String> = []
    for reading in snapshot.containers.value ?? [] {
      labels[reading.judgedName] = reading.labels
      // One of which that is not known is taken to run, so that it is nothing left over.
      if reading.inspection.value?.state.pid.value ?? 1 > 0 { running.insert(reading.judgedName) }
    }
    let claimants = containers.map { name, states in
      Identity.Claimant(
        name: name, labels: labels[name], runs: running.contains(name), states: states)
    }
    var all = others
    for (subject, states) in Identity.subjects(of: claimants) {
      for (slug, state) in states { all[Posture.Key(slug: slug, subject: subject.asKey)] = state }
    }
    return all
  }
}

extension ContainerReading {
  /// What findings call it.
  fileprivate var judgedName: String { inspection.value?.displayName ?? name }
}

extension Posture.State {
  /// Of two findings of one check on one subject: the worse verdict, and both texts.
  fileprivate func joined(with other: Self) -> Self {
    if self == other { return self }
    let texts = Set([observed, other.observed].filter { !$0.isEmpty }).sorted()
    return Self(
      verdict: Verdict.worst(of: [verdict, other.verdict]), observed: texts.joined(separator: "; "))
  }
}

extension String {
  /// The text in ASCII, so that no two texts become one; a backslash is doubled.
  fileprivate var asKey: String {
    if utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\\") }) { return self }
    return unicodeScalars.map { scalar in
      if scalar == "\\" { return "\\\\" }
      return scalar.isASCII
        ? String(scalar) : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }.joined()
  }
}
