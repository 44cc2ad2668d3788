/// The fields that are dockward's own, see docs/service.md.
package enum JournalField: String, Sendable, CaseIterable {
  /// What kind of thing it is about, `JournalMessage.event`.
  case event = "DOCKWARD_EVENT"
  case scan = "DOCKWARD_SCAN_ID"
  /// E.g. `cis-1.8.0`.
  case benchmark = "DOCKWARD_BENCHMARK"
  /// The check's number in the benchmark in use.
  case check = "DOCKWARD_CHECK"
  case slug = "DOCKWARD_SLUG"
  /// `Subject.description`, or the stable identity that drift gives it.
  case subject = "DOCKWARD_SUBJECT"
  /// `DriftEvent.Change`.
  case change = "DOCKWARD_CHANGE"
  /// Verdicts.
  case before = "DOCKWARD_BEFORE"
  case after = "DOCKWARD_AFTER"
  case observed = "DOCKWARD_OBSERVED"
  case observedBefore = "DOCKWARD_OBSERVED_BEFORE"
  case expected = "DOCKWARD_EXPECTED"
  /// The numbers of the checks that fail by it, with commas.
  case failing = "DOCKWARD_FAILING"
  /// 1 where it is now as accepted again.
  case asAccepted = "DOCKWARD_AS_ACCEPTED"
  /// The remediation in the ledger.
  case transaction = "DOCKWARD_TRANSACTION"
  /// The remediation that was taken back.
  case undoes = "DOCKWARD_UNDOES"
  /// `RemediationReport.Status`.
  case status = "DOCKWARD_STATUS"
  /// What was done to a baseline or a waiver.
  case action = "DOCKWARD_ACTION"
  /// Who did it.
  case by = "DOCKWARD_BY"
  case reason = "DOCKWARD_REASON"

  /// How many checks have each verdict.
  case pass = "DOCKWARD_PASS"
  case fail = "DOCKWARD_FAIL"
  case manual = "DOCKWARD_MANUAL"
  case notApplicable = "DOCKWARD_NOT_APPLICABLE"
  case unknown = "DOCKWARD_UNKNOWN"
  case waived = "DOCKWARD_WAIVED"
  /// In milliseconds.
  case duration = "DOCKWARD_DURATION"
  /// Of dockward.
  case version = "DOCKWARD_VERSION"
  /// Why a pass did not see all of the host.
  case partiality = "DOCKWARD_PARTIALITY"

  /// The number of a baseline.
  case generation = "DOCKWARD_GENERATION"
  /// The checks of a waiver, as they were typed, and its last day.
  case selector = "DOCKWARD_SELECTOR"
  case until = "DOCKWARD_UNTIL"
  /// Where the Engine listens.
  case endpoint = "DOCKWARD_ENDPOINT"
  case state = "DOCKWARD_STATE"
  /// The file that was tampered with.
  case path = "DOCKWARD_PATH"
  /// How often it was repaired within how many seconds, and who undid it.
  case repairs = "DOCKWARD_REPAIRS"
  case window = "DOCKWARD_WINDOW"
  case opponent = "DOCKWARD_OPPONENT"

  /// Which logger wrote a line of the log, and what error came with it.
  case logger = "DOCKWARD_LOGGER"
  case error = "DOCKWARD_ERROR"
}
