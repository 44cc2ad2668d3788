/// What a check says of one subject, or of all of its subjects together.
package enum Verdict: String, Codable, Sendable, CaseIterable {
  /// What was read is as the check asks.
  case pass
  /// What was read is not as the check asks.
  case fail
  /// A person has to judge; the evidence is shown.
  case manual
  /// The thing that the check is about does not exist here.
  case notApplicable
  /// A source that the verdict needs could not be read.
  case unknown
  /// What was read is not as the check asks, and somebody has accepted that until a day that is still
  /// to come. No check gives this verdict; see `Report.waived(by:on:)`.
  case waived

  /// The verdict of a check with these verdicts of its subjects: the worst of them, where
  /// `fail > unknown > manual > waived > pass > notApplicable`; `notApplicable` when there are none.
  /// So a check never passes by a waiver.
  package static func worst(of verdicts: some Sequence<Verdict>) -> Verdict {
    verdicts.max { $0.weight < $1.weight } ?? .notApplicable
  }

  private var weight: Int {
    switch self {
    case .notApplicable: 0
    case .pass: 1
    case .waived: 2
    case .manual: 3
    case .unknown: 4
    case .fail: 5
    }
  }
}
