import HardeningModel

/// What is done about one failed finding: all of its changes, or none.
package struct Intervention: Sendable, Equatable {
  /// Of the check.
  package var slug: String
  package var subject: Subject
  /// In the order in which they are made; they are taken back in the opposite one.
  package var changes: [Change]
  /// What has to happen after them.
  package var effects: Set<Effect>
  /// Each change as lines of a diff, for people.
  package var diff: [String]
  /// What people should know before it is done.
  package var notes: [String]

  package init(
    slug: String, subject: Subject, changes: [Change], effects: Set<Effect> = [],
    diff: [String] = [], notes: [String] = []
  ) {
    self.slug = slug
    self.subject = subject
    self.changes = changes
    self.effects = effects
    self.diff = diff
    self.notes = notes
  }
}
