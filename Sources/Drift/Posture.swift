import HardeningModel

/// What one pass says of a host, in the form in which two passes are compared: what does not matter
/// for that is left out, and order never looks like change.
package struct Posture: Sendable, Equatable, Codable {
  /// What was judged by. Postures of two epochs are compared only where both know a check.
  package var epoch: Epoch
  /// Why this pass did not see all of the host; `nil` where it did.
  package var partiality: String?
  package var states: [Key: State]

  package init(epoch: Epoch, partiality: String? = nil, states: [Key: State] = [:]) {
    self.epoch = epoch
    self.partiality = partiality
    self.states = states
  }

  /// The benchmark and the catalog that a pass was judged by.
  package struct Epoch: Sendable, Hashable, Codable {
    /// E.g. `cis-1.8.0`.
    package var benchmark: String
    /// The slugs that were judged, in their order.
    package var checks: [String]

    package init(benchmark: String, checks: [String]) {
      self.benchmark = benchmark
      self.checks = checks
    }
  }

  /// What a state is about: it stays the same when a container is made again.
  package struct Key: Sendable, Hashable, Codable {
    /// The check.
    package var slug: String
    /// The subject's stable identity, e.g. `container:web`.
    package var subject: String

    package init(slug: String, subject: String) {
      self.slug = slug
      self.subject = subject
    }
  }

  /// What a check says of a subject.
  package struct State: Sendable, Hashable, Codable {
    package var verdict: Verdict
    /// What was observed, as far as a change of it matters.
    package var observed: String

    package init(verdict: Verdict, observed: String) {
      self.verdict = verdict
      self.observed = observed
    }
  }
}
