import HardeningModel

/// One thing that happened to a host, as people are told of it.
package struct DriftEvent: Sendable, Hashable, Codable {
  package enum Change: String, Sendable, Codable, CaseIterable {
    case regressed, improved, appeared, disappeared, changed
    /// What could be judged is unknown now, and what was unknown can be judged again.
    case lostSight, regainedSight
    /// It changes so often that it is not told any more until it rests; and it rests.
    case flapping, rested
  }

  package var change: Change
  /// The check that says most of it; `nil` where it is about the subject as a whole: it appeared or
  /// disappeared, is another image, or several checks lost or regained sight of it.
  package var slug: String?
  /// The subject's stable identity.
  package var subject: String
  /// Before and after, as `slug` has it. Of a subject as a whole the worst verdict, and the image where it
  /// is one or is made from one; of one that was not there, or is no more, `notApplicable`.
  package var before: Posture.State
  package var after: Posture.State
  /// The checks that fail in the subject now, sorted; none of one that is gone. Where `slug` is `nil` all
  /// of them, else those that changed.
  package var failing: [String]
  /// Whether it is now again as it was accepted.
  package var isReturn: Bool
  /// All that differs by this, also of other subjects, sorted. What is told does not need it.
  package var parts: [Part]

  package init(
    change: Change, slug: String?, subject: String, before: Posture.State, after: Posture.State,
    failing: [String] = [], isReturn: Bool = false, parts: [Part] = []
  ) {
    self.change = change
    self.slug = slug
    self.subject = subject
    self.before = before
    self.after = after
    self.failing = failing
    self.isReturn = isReturn
    self.parts = parts
  }

  /// One state that differs between two postures.
  package struct Part: Sendable, Hashable {
    package var key: Posture.Key
    /// `nil` where there was none.
    package var before: Posture.State?
    package var after: Posture.State?

    package init(key: Posture.Key, before: Posture.State?, after: Posture.State?) {
      self.key = key
      self.before = before
      self.after = after
    }
  }
}

extension DriftEvent {
  /// Whether somebody who holds a host to what is accepted has to look: something is worse, is other than
  /// what was accepted, or cannot be seen any more. What improved or is gone is no reason, nor is something
  /// new in which nothing fails.
  package var isWorse: Bool {
    switch change {
    case .regressed, .changed, .lostSight, .flapping: true
    case .appeared: !failing.isEmpty || [.fail, .unknown].contains(after.verdict)
    case .regainedSight, .rested: after.verdict == .fail
    case .improved, .disappeared: false
    }
  }
}

extension Posture.State: Codable {
  private enum CodingKeys: String, CodingKey { case verdict, observed }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    verdict = try container.decode(Verdict.self, forKey: .verdict)
    observed = try container.decodeIfPresent(String.self, forKey: .observed) ?? ""
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(verdict, forKey: .verdict)
    if !observed.isEmpty { try container.encode(observed, forKey: .observed) }
  }
}

extension DriftEvent.Part: Codable {
  private enum CodingKeys: String, CodingKey { case check, subject, before, after }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    key = Posture.Key(
      slug: try container.decode(String.self, forKey: .check),
      subject: try container.decode(String.self, forKey: .subject))
    before = try container.decodeIfPresent(Posture.State.self, forKey: .before)
    after = try container.decodeIfPresent(Posture.State.self, forKey: .after)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(key.slug, forKey: .check)
    try container.encode(key.subject, forKey: .subject)
    try container.encodeIfPresent(before, forKey: .before)
    try container.encodeIfPresent(after, forKey: .after)
  }
}
