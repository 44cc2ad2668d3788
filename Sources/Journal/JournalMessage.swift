/// The kinds of events that the journal is told, each with an id of its own. The catalog,
/// systemd/dockward.catalog, explains every one.
package enum JournalMessage: Sendable, CaseIterable {
  case scan, drift, remediation
  /// A remediation was undone by somebody again and again, and is not tried any more.
  case contest
  case undo, baseline, waiver, engine, tamper

  /// `MESSAGE_ID`: 128 bits at random, once for all.
  package var id: String {
    switch self {
    case .scan: "6409c9b327e84ea4b0f60ec84d917526"
    case .drift: "256e775bb4f74543b96a7ff88d6fceae"
    case .remediation: "3ae5575145a140f2b55cee4496c62b2f"
    case .contest: "7c97f94a126a4d90a23f46d5b74e00d4"
    case .undo: "0c1f83eacb814201a86000f8aacd0da6"
    case .baseline: "ecbee557c94e4f5f80583574d889c19a"
    case .waiver: "1693791277df413eb88de0d17eadc315"
    case .engine: "bfb64fd1436241fabc37900578a28980"
    case .tamper: "780f6b6442554fcc810b951e7c1870ba"
    }
  }

  /// `DOCKWARD_EVENT`
  package var event: String {
    switch self {
    case .scan: "scan"
    case .drift: "drift"
    case .remediation, .contest: "remediation"
    case .undo: "undo"
    case .baseline: "baseline"
    case .waiver: "waiver"
    case .engine: "engine"
    case .tamper: "tamper"
    }
  }
}
