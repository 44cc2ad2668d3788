import HardeningModel

/// The waivers of a file, with what has become of them.
package struct WaiverListing: Sendable {
  package struct Row: Sendable {
    package var waiver: Waiver
    /// The checks that it names, in the order of the catalog.
    package var checks: [String]
    package var use: WaiverUse

    package init(waiver: Waiver, checks: [String], use: WaiverUse) {
      self.waiver = waiver
      self.checks = checks
      self.use = use
    }
  }

  package var file: String
  /// The id of the one in use.
  package var benchmark: String
  package var today: Day
  /// In the order of the file.
  package var rows: [Row]

  package init(file: String, benchmark: String, today: Day, rows: [Row]) {
    self.file = file
    self.benchmark = benchmark
    self.today = today
    self.rows = rows
  }

  package static let schema = "dockward.waivers.v1"

  /// The longest reason that is printed in full; JSON has it whole.
  private static let reasonLimit = 240

  /// The table, ended by a newline, with a line for each waiver.
  package var text: String {
    let heading = ["STATE", "SELECTOR", "SUBJECT", "UNTIL", "WHO", "REASON"]
    let cells = rows.map { row in
      let waiver = row.waiver
      let number =
        waiver.benchmark.map { $0 == benchmark ? "" : " (\($0))" } ?? ""
      return [
        stateText(of: row), waiver.selector + number, waiver.subject.pattern, "\(waiver.until)",
        waiver.who,
      ].map { Printable.text($0) } + [Printable.text(waiver.reason, limit: Self.reasonLimit)]
    }
    return Columns.aligned([heading] + cells).joined(separator: "\n") + "\n"
  }

  private func stateText(of row: Row) -> String {
    let state =
      switch row.waiver.state(on: today) {
      case .upcoming: "from \(row.waiver.entered)"
      case .active: "active"
      case .endsSoon: "ends soon"
      case .expired: "expired"
      }
    return row.use == .none ? "\(state), matches nothing" : state
  }

  /// The bytes of the document, ended by a newline. Every key is always there.
  package var json: [UInt8] {
    var writer = JSONWriter()
    writer.object { document in
      document.member("schema", Self.schema)
      document.member("file", file)
      document.member("benchmark", benchmark)
      document.member("today", today.description)
      document.member("waivers") {
        $0.list(rows) { writer, row in
          writer.object { object in
            object.members(of: row.waiver)
            object.member("state", row.waiver.state(on: today).rawValue)
            object.member("checks") { $0.list(row.checks) { $0.string($1) } }
            switch row.use {
            case .failures(let count): object.member("failures", count)
            case .none: object.member("failures", 0)
            case .unknown: object.member("failures", nil as Int?)
            }
          }
        }
      }
    }
    writer.raw("\n")
    return writer.bytes
  }
}

extension JSONWriter {
  mutating func members(of waiver: Waiver) {
    member("selector", waiver.selector)
    member("benchmark", waiver.benchmark)
    member("subject", waiver.subject.pattern)
    member("reason", waiver.reason)
    member("until", waiver.until.description)
    member("who", waiver.who)
    member("entered", waiver.entered.description)
  }

  /// The member `waiver`: an object, or `null` where there is none.
  mutating func waiver(_ waiver: Waiver?) {
    member("waiver") { writer in
      guard let waiver else { return writer.raw("null") }
      writer.object { $0.members(of: waiver) }
    }
  }
}
