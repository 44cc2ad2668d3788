import Drift
import Foundation
import HardeningModel
import Store

extension Report.Scan {
  static func sample(_ id: String = "scan", at time: Date = .now) -> Report.Scan {
    Report.Scan(
      id: id, startedAt: time.rfc3339, durationMilliseconds: 48, host: "web-1",
      machineID: "0123456789abcdef", version: "0.4.0")
  }
}

extension Posture {
  /// Of one check, by subject.
  static func sample(
    _ states: [String: String] = ["host": "as it should be"], slug: String = "some-check",
    benchmark: String = "cis-1.8.0", partiality: String? = nil
  ) -> Posture {
    var posture = Posture(
      epoch: Epoch(benchmark: benchmark, checks: [slug]), partiality: partiality)
    for (subject, observed) in states {
      posture.states[Key(slug: slug, subject: subject)] = State(verdict: .fail, observed: observed)
    }
    return posture
  }
}

extension Pass {
  static func sample(
    _ id: String = "scan", at time: Date = .now, _ posture: Posture = .sample()
  ) -> Pass {
    Pass(
      scan: .sample(id, at: time),
      counts: VerdictCounts(pass: 80, fail: 20, manual: 7, notApplicable: 3, unknown: 1, waived: 2),
      posture: posture)
  }
}

extension Person {
  static let anna = Person(uid: 0, name: "root", loginUID: 1000, loginName: "anna")
}

extension Store {
  @discardableResult
  func acceptSample(_ posture: Posture = .sample(), reason: String = "new host") throws -> Baseline
  {
    try accept(
      posture, scan: .sample(), by: .anna, reason: reason,
      at: Date(timeIntervalSince1970: 1_767_323_045)
    ).baseline
  }
}

/// The error that `body` throws, if it is one of the store.
func storeError(_ body: () throws -> Void) -> StoreError? {
  do {
    try body()
    return nil
  } catch {
    return error as? StoreError
  }
}
