/// What of a finding counts when two passes are compared, besides its verdict.
///
/// `Finding.observed` is written for people. Where it holds what changes by itself (a count, an age, a
/// pid, a number that the kernel gave out) or what another subject's finding tells already, its check
/// says here what counts in its place.
package enum Compared: Sendable, Equatable {
  /// What was observed, as it is.
  case observed
  /// This text; empty where only the verdict counts.
  case text(String)
  /// Nothing at present: what was known before still holds. So it is of a container that does not run
  /// where only its processes could tell.
  case nothing

  /// The verdict alone counts.
  package static let verdict = Compared.text("")
}
