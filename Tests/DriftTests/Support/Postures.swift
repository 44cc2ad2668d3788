import Drift
import HardeningModel
import TestSupport
import Testing

extension Posture {
  /// The checks of which postures of these tests speak.
  static let checks = [
    "container-privileged", "container-seccomp", "container-memory-limit", "container-image-latest",
    "container-no-new-privileges", "image-secrets", "image-trusted-base",
    "file-docker-service-mode",
    "file-docker-service-owner", "host-audit-dockerd", "host-hardened", "daemon-no-new-privileges",
    "swarm-disabled-if-unused", "swarm-autolock", "swarm-overlay-encryption",
  ]

  /// A complete posture of lines `SUBJECT CHECK VERDICT OBSERVED`; `SUBJECT ID` says which image a
  /// container or a tag is.
  static func of(
    _ lines: String..., benchmark: String = "cis-1.8.0", checks: [String] = Posture.checks,
    partiality: String? = nil
  ) -> Posture {
    var posture = Posture(
      epoch: Epoch(benchmark: benchmark, checks: checks + [Key.image]), partiality: partiality)
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      if words.count == 2 {
        posture.states[Key(slug: Key.image, subject: words[0])] = State(
          verdict: .notApplicable, observed: words[1])
      } else {
        posture.states[Key(slug: words[1], subject: words[0])] = State(
          verdict: Verdict(rawValue: words[2]) ?? .unknown,
          observed: words.count > 3 ? words[3] : "")
      }
    }
    return posture
  }

  /// The posture with the states of these lines in the place of its own.
  func with(_ lines: String...) -> Posture {
    var posture = self
    for line in lines {
      posture.states.merge(Posture.of(line).states) { _, new in new }
    }
    return posture
  }

  /// The posture without the subjects.
  func without(_ subjects: String...) -> Posture {
    var posture = self
    posture.states = states.filter { !subjects.contains($0.key.subject) }
    return posture
  }

  /// What a pass says of the same host when the Engine does not answer.
  var withoutEngine: Posture {
    var posture = self
    posture.partiality = "cannot connect to '/var/run/docker.sock': connection refused"
    posture.states = states.filter {
      !["container", "image", "network"].contains($0.key.subject.split(separator: ":")[0])
    }
    for slug in [Key.image] + epoch.checks
    where ["container", "image", "swarm", "daemon"].contains(slug.split(separator: "-")[0]) {
      let subject = slug.hasPrefix("swarm") ? "swarm" : "daemon"
      posture.states[Key(slug: slug, subject: subject)] = State(verdict: .unknown)
    }
    return posture
  }
}

extension DriftEvent: CustomTestStringConvertible {
  /// `regressed file-docker-service-mode file:/u`, with `again` where it is as accepted.
  package var testDescription: String {
    ([change.rawValue] + [slug].compactMap { $0 } + [subject] + (isReturn ? ["again"] : [])
      + (failing.isEmpty ? [] : ["failing " + failing.joined(separator: ",")]))
      .joined(separator: " ")
  }
}

extension Posture {
  private static let subjects = [
    "host", "daemon", "swarm", "container:a", "container:b", "container:compose/p/s/1",
    "container:swarm/s/1", "container:swarm/s/1#2", "image:x:1", "image:y:1", "file:/u",
    "file:/d", "network:n", "user:alice",
  ]

  /// Any posture, whether a host can be like that or not.
  static func random(_ random: inout SeededRandom) -> Posture {
    var posture = Posture.of(
      benchmark: Bool.random(using: &random) ? "cis-1.8.0" : "cis-1.2.0",
      checks: checks.filter { _ in Int.random(in: 0..<8, using: &random) > 0 },
      partiality: Int.random(in: 0..<5, using: &random) == 0 ? "selectors" : nil)
    for _ in 0..<Int.random(in: 0...40, using: &random) { posture.change(&random) }
    return posture
  }

  /// Changes, adds or removes something.
  mutating func change(_ random: inout SeededRandom) {
    let subject = Self.subjects.randomElement(using: &random) ?? "host"
    switch Int.random(in: 0..<8, using: &random) {
    case 0: states = states.filter { $0.key.subject != subject }
    case 1:
      let key = states.keys.sorted().randomElement(using: &random)
      if let key { states[key] = nil }
    case 2:
      if subject.contains(":") {
        states[Key(slug: Key.image, subject: subject)] = State(
          verdict: .notApplicable, observed: ["i1", "i2"].randomElement(using: &random) ?? "")
      }
    default:
      guard let slug = epoch.checks.dropLast().randomElement(using: &random) else { return }
      let verdict = Verdict.judged.randomElement(using: &random) ?? .pass
      states[Key(slug: slug, subject: subject)] = State(
        verdict: verdict,
        observed: verdict == .unknown || verdict == .notApplicable
          ? "" : ["", "x:1", "y:1", "b"].randomElement(using: &random) ?? "")
    }
  }
}

extension Verdict {
  /// What a check can say; a waiver comes after it, and is not compared.
  fileprivate static let judged = allCases.filter { $0 != .waived }
}
