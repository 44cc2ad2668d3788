import Documents
import HardeningModel

/// A file of waivers, `waivers.yaml`: a list with one mapping for each.
package struct WaiverFile: Sendable {
  package struct Entry: Sendable {
    package var waiver: Waiver
    /// Where its selector stands.
    package var position: Position
    /// Where its item of the list begins, after the dash.
    var start: Position
  }

  /// What messages call it.
  package var file: String
  /// In the order of the file.
  package private(set) var entries: [Entry] = []
  /// Where the list begins; `nil` where there is none.
  private(set) var list: Position?

  /// A file that says nothing.
  package init(file: String) { self.file = file }

  /// The largest that is read or written.
  package static let sizeLimit = 1 << 20

  /// The waivers in `bytes`, of which none may last longer than `maximumDays`; a file that says
  /// nothing has none.
  ///
  /// Throws a `DocumentError` with line and column for invalid YAML, a missing or unknown key, a value
  /// that its key cannot have, and a waiver that stands twice. That a selector names a check is seen
  /// when it is resolved.
  package static func parse(
    _ bytes: [UInt8], file: String, maximumDays: Int
  ) throws(DocumentError) -> WaiverFile {
    var result = WaiverFile(file: file)
    guard let document = try YAMLText.parse(bytes, file: file), !document.isNull else {
      return result
    }
    result.list = document.position
    for item in try document.items() {
      let entry = try entry(item, maximumDays: maximumDays)
      if let first = result.entries.first(where: { $0.waiver.isAboutTheSame(as: entry.waiver) }) {
        throw DocumentError(
          file: file, position: entry.position,
          reason: "\(entry.waiver.scope) is waived in line \(first.position.line) already")
      }
      result.entries.append(entry)
    }
    return result
  }

  private static func entry(
    _ item: YAMLText, maximumDays: Int
  ) throws(DocumentError) -> Entry {
    let members = try item.members([
      "selector", "benchmark", "subject", "reason", "until", "who", "entered",
    ])
    let selector = try item.required("selector", of: members)
    let until = try item.required("until", of: members)
    let waiver = Waiver(
      selector: try selector.filled(), benchmark: try members["benchmark"]?.filled(),
      subject: try members["subject"].map { text throws(DocumentError) in
        Glob(try text.filled())
      } ?? Waiver.everySubject,
      reason: try item.required("reason", of: members).filled(),
      entered: try item.required("entered", of: members).day(), until: try until.day(),
      who: try item.required("who", of: members).filled())
    if let reason = refusal(from: waiver.entered, to: waiver.until, maximumDays: maximumDays) {
      throw until.error(reason)
    }
    return Entry(waiver: waiver, position: selector.position, start: item.position)
  }

  /// Why a waiver that is entered on one day may not end on another; `nil` where it may.
  package static func refusal(from entered: Day, to until: Day, maximumDays: Int) -> String? {
    if until < entered { return "\(until) is before the day on which it was entered, \(entered)" }
    guard until.days(since: entered) > maximumDays else { return nil }
    return
      "\(until) is \(until.days(since: entered)) days after it was entered, and a waiver may last \(maximumDays) (waivers.maximumDays of the configuration)"
  }
}

extension Waiver {
  /// What it is about, for people: `5.4 for container:web`.
  package var scope: String { Self.scope(of: selector, subject) }

  package static func scope(of selector: String, _ subject: Glob) -> String {
    "\(selector) for \(subject == everySubject ? "every subject" : subject.pattern)"
  }
}

extension YAMLText {
  /// A text that has more than white space in it.
  fileprivate func filled() throws(DocumentError) -> String {
    let text = try text()
    guard text.contains(where: { !$0.isWhitespace }) else { throw error("the text is empty") }
    return text
  }

  fileprivate func day() throws(DocumentError) -> Day {
    let text = try text()
    guard let day = Day(text) else {
      throw error("'\(text)' is no day, as 2026-01-31 is one")
    }
    return day
  }
}
