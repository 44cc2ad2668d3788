import Drift
import HardeningModel

/// How a host stands, by what is kept of it.
package struct HostStatus: Sendable {
  package enum Acceptance: Sendable {
    case none
    case accepted(BaselineSummary)
    /// Why what is stored as the baseline cannot be believed.
    case tampered(String)
  }

  /// Seconds since 1970.
  package var now: Int
  /// The file of the store.
  package var store: String
  /// The last pass, and the last that saw all of the host; `nil` before the first.
  package var last: PassSummary?
  package var lastWhole: PassSummary?
  package var baseline: Acceptance
  /// What differs in the last whole pass from the baseline; `nil` where one of them is missing.
  package var drift: [DriftEvent]?
  /// The file of waivers, and those in it that have expired or end soon.
  package var waiverFile: String
  package var waivers: [Waiver]
  /// Those of which a step is done and waits for a restart to be in effect, the last one first.
  package var awaitingRestart: [RemediationSummary]
  /// What changes so often that it is not told, by subject and check.
  package var flapping: [(subject: String, slug: String?)]
  /// What checks and events are called.
  package var names: DriftText

  /// `waivers` are all of the file.
  package init(
    now: Int, store: String, last: PassSummary?, lastWhole: PassSummary?, baseline: Acceptance,
    drift: [DriftEvent]?, waiverFile: String, waivers: [Waiver],
    awaitingRestart: [RemediationSummary], flapping: [(subject: String, slug: String?)],
    names: DriftText
  ) {
    self.now = now
    self.store = store
    self.last = last
    self.lastWhole = lastWhole
    self.baseline = baseline
    self.drift = drift
    self.waiverFile = waiverFile
    let today = Day(secondsSince1970: now)
    self.waivers = waivers.filter { [.expired, .endsSoon].contains($0.state(on: today)) }
      .sorted { $0.until < $1.until }
    self.awaitingRestart = awaitingRestart
    self.flapping = flapping
    self.names = names
  }

  package static let schema = "dockward.status.v1"

  var today: Day { Day(secondsSince1970: now) }

  /// The bytes of the document, ended by a newline. Every key is always there.
  package var json: [UInt8] {
    var writer = JSONWriter()
    writer.object { document in
      document.member("schema", Self.schema)
      document.member("time", Timestamp.rfc3339(seconds: now))
      document.member("store", store)
      let passes: [(StaticString, PassSummary?)] = [
        ("lastPass", last), ("lastWholePass", lastWhole),
      ]
      for (key, pass) in passes {
        document.member(key) { writer in
          guard let pass else { return writer.raw("null") }
          writer.object { object in
            object.member("ageSeconds", now - pass.startedAt)
            pass.write(to: &object)
          }
        }
      }
      document.member("baselineState", baselineState)
      document.member("tampering", tampering)
      document.member("baseline") { writer in
        guard case .accepted(let baseline) = baseline else { return writer.raw("null") }
        writer.object { baseline.write(to: &$0) }
      }
      document.member("drift") { writer in
        guard let drift else { return writer.raw("null") }
        writer.list(drift) { writer, event in writer.object { $0.members(of: event, names) } }
      }
      document.member("waiverFile", waiverFile)
      document.member("waivers") {
        $0.list(waivers) { writer, waiver in
          writer.object { object in
            object.members(of: waiver)
            object.member("state", waiver.state(on: today).rawValue)
          }
        }
      }
      document.member("awaitingRestart") {
        $0.list(awaitingRestart) { writer, one in writer.object { one.write(to: &$0) } }
      }
      document.member("flapping") {
        $0.list(flapping) { writer, one in
          writer.object { object in
            object.member("id", one.slug.flatMap { names.number(of: $0) })
            object.member("slug", one.slug)
            object.member("subject", one.subject)
          }
        }
      }
    }
    writer.raw("\n")
    return writer.bytes
  }

  private var baselineState: String {
    switch baseline {
    case .none: "none"
    case .accepted: "accepted"
    case .tampered: "tampered"
    }
  }

  private var tampering: String? {
    if case .tampered(let why) = baseline { why } else { nil }
  }
}
