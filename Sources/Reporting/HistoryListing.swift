import Drift
import HardeningModel

/// What has happened to a host, in order of time.
package struct HistoryListing: Sendable {
  package enum Happening: Sendable {
    case pass(PassSummary)
    /// `isTold` is whether people were told of it, and it was not kept from them as flapping.
    case drift(DriftEvent, scan: String, isTold: Bool)
    case baseline(BaselineSummary)
    /// A baseline that cannot be believed, and why; nobody knows when it was accepted.
    case tampered(generation: Int, String)
    case remediation(RemediationSummary)

    /// The pass that it is, or that it came of.
    fileprivate var scan: String? {
      switch self {
      case .pass(let pass): pass.scan.id
      case .drift(_, let scan, _): scan
      case .baseline(let baseline): baseline.scan.id
      case .tampered, .remediation: nil
      }
    }

    /// Of what is of one pass, the pass comes before what it found.
    fileprivate var rank: Int {
      switch self {
      case .pass: 0
      case .drift: 1
      case .baseline, .tampered: 2
      case .remediation: 3
      }
    }
  }

  package struct Entry: Sendable {
    /// Seconds since 1970.
    package var time: Int
    package var what: Happening

    package init(time: Int, what: Happening) {
      self.time = time
      self.what = what
    }
  }

  /// The newest last.
  package private(set) var entries: [Entry]
  /// Seconds since 1970; `nil` for all that is kept.
  package var since: Int?
  /// The slugs that were asked for; `nil` for all.
  package var checks: [String]?
  /// Whether there is nothing older that was left out for being too much.
  package var isComplete: Bool
  package var names: DriftText

  /// `entries` in any order; those of one time and kind in theirs.
  package init(
    _ entries: [Entry], since: Int?, checks: [String]?, isComplete: Bool, names: DriftText
  ) {
    // What a pass found in the second in which another was made as well stands with its own.
    let passes = Dictionary(
      entries.enumerated().compactMap { index, entry in
        if case .pass(let pass) = entry.what { (pass.scan.id, index) } else { nil }
      }, uniquingKeysWith: { first, _ in first })
    let keys = entries.enumerated().map { index, entry in
      (entry.time, entry.what.scan.flatMap { passes[$0] } ?? .max, entry.what.rank, index)
    }
    self.entries = entries.indices.sorted { keys[$0] < keys[$1] }.map { entries[$0] }
    self.since = since
    self.checks = checks
    self.isComplete = isComplete
    self.names = names
  }

  package static let schema = "dockward.history.v1"

  /// The longest text from elsewhere that is printed in full; JSON has it whole.
  private static let limit = 240

  /// A line for each, ended by a newline; empty where there is nothing.
  package var text: String {
    entries.map { entry in
      let time =
        if case .tampered = entry.what { "at an unknown time  " } else {
          Timestamp.rfc3339(seconds: entry.time)
        }
      let (kind, line) = words(of: entry.what)
      let padding = String(repeating: " ", count: 11 - kind.count)
      return "\(time)  \(kind)\(padding)  \(line)\n"
    }.joined()
  }

  private func words(of what: Happening) -> (kind: String, line: String) {
    switch what {
    case .pass(let pass):
      let seen = pass.partiality.map { "; not all was seen: \(Self.printed($0))" } ?? ""
      return ("pass", "\(pass.countsText); by \(Self.printed(pass.benchmark))\(seen)")
    case .drift(let event, _, let isTold):
      return ("drift", names.line(of: event) + (isTold ? "" : "  (flapping, not told)"))
    case .baseline(let baseline):
      return ("baseline", baseline.acceptance(printed: Self.printed))
    case .tampered(let generation, let why):
      return ("baseline", "\(generation), TAMPERED WITH: \(Self.printed(why))")
    case .remediation(let remediation): return ("remediation", remediation.text)
    }
  }

  private static func printed(_ text: String) -> String { Printable.text(text, limit: limit) }

  /// The bytes of the document, ended by a newline.
  package var json: [UInt8] {
    var writer = JSONWriter()
    writer.object { document in
      document.member("schema", Self.schema)
      document.member("since", since.map { Timestamp.rfc3339(seconds: $0) })
      document.member("checks") { writer in
        guard let checks else { return writer.raw("null") }
        writer.list(checks) { $0.string($1) }
      }
      document.member("isComplete", isComplete)
      document.member("entries") {
        $0.list(entries) { writer, entry in writer.object { write(entry, to: &$0) } }
      }
    }
    writer.raw("\n")
    return writer.bytes
  }

  private func write(_ entry: Entry, to writer: inout JSONWriter) {
    let time = Timestamp.rfc3339(seconds: entry.time)
    switch entry.what {
    case .pass(let pass):
      writer.member("kind", "pass")
      writer.member("time", time)
      pass.write(to: &writer)
    case .drift(let event, let scan, let isTold):
      writer.member("kind", "drift")
      writer.member("time", time)
      writer.member("scanId", scan)
      writer.member("isTold", isTold)
      writer.members(of: event, names)
    case .baseline(let baseline):
      writer.member("kind", "baseline")
      writer.member("time", time)
      writer.member("tampering", nil as String?)
      baseline.write(to: &writer)
    case .tampered(let generation, let why):
      writer.member("kind", "baseline")
      writer.member("time", nil as String?)
      writer.member("tampering", why)
      writer.member("generation", generation)
    case .remediation(let remediation):
      writer.member("kind", "remediation")
      writer.member("time", time)
      remediation.write(to: &writer)
    }
  }
}
