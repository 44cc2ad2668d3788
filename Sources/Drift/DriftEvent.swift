import HardeningModel

/// One difference between two postures, as people are told of it.
package struct DriftEvent: Sendable, Hashable, Codable {
  package enum Change: String, Sendable, Codable, CaseIterable {
    case regressed, improved, appeared, disappeared, changed
    /// What could be judged is unknown now, and what was unknown can be judged again.
    case lostSight, regainedSight
  }

  package var change: Change
  /// The check; `nil` where the subject as a whole appeared or disappeared.
  package var slug: String?
  /// The subject's stable identity.
  package var subject: String
  /// Before and after; of a subject that was not there, or is no more, the verdict is `notApplicable`.
  package var before: Posture.State
  package var after: Posture.State

  package init(
    change: Change, slug: String?, subject: String, before: Posture.State, after: Posture.State
  ) {
    self.change = change
    self.slug = slug
    self.subject = subject
    self.before = before
    self.after = after
  }
}
