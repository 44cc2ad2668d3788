import HardeningModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What one pass says of a host, in the form in which two passes are compared: what does not matter
/// for that is left out, and order never looks like change.
package struct Posture: Sendable, Equatable {
  /// What was judged by. Postures of two epochs are compared only where both know a check.
  package var epoch: Epoch
  /// Why this pass did not see all of the host; `nil` where it did. A partial one is never accepted,
  /// and what it lacks has not disappeared.
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
    /// The slugs that were judged, in their order; `image` is last where that was looked at.
    package var checks: [String]

    package init(benchmark: String, checks: [String]) {
      self.benchmark = benchmark
      self.checks = checks
    }
  }

  /// What a state is about: it stays the same when a container is made again.
  package struct Key: Sendable {
    /// The check; or `image`: which image a tag stands for, or a container was made from.
    package var slug: String
    /// The subject's stable identity, e.g. `container:web`.
    package var subject: String

    package init(slug: String, subject: String) {
      self.slug = slug
      self.subject = subject
    }

    /// No check: the state is not applicable, and what was observed is the image's id. Every container
    /// and every tag has one, so that it also says that they are there.
    package static let image = "image"
    /// No check either: the container is there, in a state in which it is not to be judged.
    package static let notJudged = "not-judged"
  }

  /// What a check says of a subject.
  package struct State: Sendable {
    package var verdict: Verdict
    /// What was observed, as far as a change of it matters. Empty where nothing is known; what is known
    /// in spite of an unknown verdict says which of its subjects can be seen.
    package var observed: String

    package init(verdict: Verdict, observed: String = "") {
      self.verdict = verdict
      self.observed = observed
    }

    /// The state of what is not there.
    package static let none = State(verdict: .notApplicable)
  }
}

// Texts are compared by their bytes: two names that Unicode takes for one may be two files.

extension Posture.Key: Hashable {
  package static func == (one: Self, other: Self) -> Bool {
    one.slug == other.slug && one.subject.hasBytes(of: other.subject)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(slug)
    var subject = subject
    subject.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension Posture.Key: Comparable {
  package static func < (one: Self, other: Self) -> Bool {
    if one.subject.utf8.elementsEqual(other.subject.utf8) { return one.slug < other.slug }
    return one.subject.utf8.lexicographicallyPrecedes(other.subject.utf8)
  }
}

extension Posture.State: Hashable {
  package static func == (one: Self, other: Self) -> Bool {
    one.verdict == other.verdict && one.observed.hasBytes(of: other.observed)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(verdict)
    hasher.combine(observed.utf8.count)
  }
}

extension String {
  /// Whether it is the same bytes, and not only the same to Unicode.
  fileprivate func hasBytes(of other: String) -> Bool {
    var (one, other) = (self, other)
    return one.withUTF8 { one in
      other.withUTF8 { other in
        guard one.count == other.count else { return false }
        guard let first = one.baseAddress, let second = other.baseAddress else { return true }
        return memcmp(first, second, one.count) == 0
      }
    }
  }
}
