import Drift
import FoundationEssentials
import HardeningModel

/// A posture that somebody has accepted, with who did and why.
package struct Baseline: Sendable, Equatable {
  /// Grows by one with each that is accepted here.
  package var generation: Int64
  /// To the second.
  package var acceptedAt: Date
  package var by: Person
  package var reason: String
  /// The pass whose posture it is; for an imported one, a pass over another host.
  package var scan: Report.Scan
  /// The digest of the file that it was imported from; `nil` where it was accepted from a pass.
  package var importedFrom: String?
  package var posture: Posture

  package init(
    generation: Int64, acceptedAt: Date, by: Person, reason: String, scan: Report.Scan,
    importedFrom: String? = nil, posture: Posture
  ) {
    self.generation = generation
    self.acceptedAt = acceptedAt
    self.by = by
    self.reason = reason
    self.scan = scan
    self.importedFrom = importedFrom
    self.posture = posture
  }
}

/// What came of reading a baseline: one that somebody has tampered with is neither a baseline nor absent.
package enum BaselineReading: Sendable, Equatable {
  case absent
  case found(Baseline)
  /// Why it cannot be believed.
  case tampered(String)
}

extension Baseline {
  /// All but the posture, as it is stored.
  var document: CanonicalJSON {
    .object([
      "acceptedAt": .text(acceptedAt.rfc3339), "by": by.canonical,
      "generation": .number(generation), "importedFrom": .text(importedFrom),
      "reason": .text(reason), "scan": scan.canonical,
    ])
  }

  /// What the MAC of the stored baseline covers: everything.
  var signed: [UInt8] {
    "dockward baseline v1\n".utf8 + document.bytes + "\n".utf8
      + CanonicalJSON.object(posture.canonicalMembers).bytes
  }
}

extension Person {
  var canonical: CanonicalJSON {
    var members: [String: CanonicalJSON] = [
      "loginName": .text(loginName), "loginUID": .number(loginUID), "name": .text(name),
      "uid": .number(Int(uid)),
    ]
    // What persons have signed stays as it was signed.
    if let unit { members["unit"] = .text(unit) }
    return .object(members)
  }
}

extension Report.Scan {
  var canonical: CanonicalJSON {
    .object([
      "durationMilliseconds": .number(durationMilliseconds), "host": .text(host), "id": .text(id),
      "machineId": .text(machineID), "startedAt": .text(startedAt), "version": .text(version),
    ])
  }
}

extension Posture {
  /// States by subject and check.
  var canonicalMembers: [String: CanonicalJSON] {
    [

      "benchmark": .text(epoch.benchmark), "checks": .list(epoch.checks.map { .text($0) }),
      "states": .list(
        states.sorted { $0.key < $1.key }.map { key, state in
          .object([
            "observed": .text(state.observed), "slug": .text(key.slug),
            "subject": .text(key.subject),
            "verdict": .text(state.verdict.rawValue),
          ])
        }),
    ]
  }
}
