import Drift
import HardeningModel

/// Drift events as people read them, one line each, and as members of a JSON document.
package struct DriftText: Sendable {
  /// The numbers of checks in the benchmark in use, by slug; one that has none is called by its slug alone.
  private let numbers: [String: String]
  /// Where checks stand in it, by slug.
  private let places: [String: Int]

  /// The longest observation that is printed in full; JSON has it whole.
  private static let evidenceLimit = 160
  /// How many failing checks are named.
  private static let failingLimit = 8

  package init(_ benchmark: Benchmark) {
    numbers = Dictionary(
      benchmark.entries.map { ($0.slug, $0.id) }, uniquingKeysWith: { first, _ in first })
    places = Dictionary(
      benchmark.entries.enumerated().map { ($1.slug, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// E.g. `regressed  5.5 container-privileged  container:web  pass -> fail: Privileged: true`; never
  /// begins with a label in brackets.
  package func line(of event: DriftEvent) -> String {
    cells(of: event).filter { !$0.isEmpty }.joined(separator: "  ")
  }

  /// The same of several, in columns.
  package func lines(of events: [DriftEvent]) -> [String] {
    let rows = events.map { cells(of: $0) }
    // A column that is empty in all of them is none.
    let columns = (rows.first ?? []).indices.filter { column in
      rows.contains { !$0[column].isEmpty }
    }
    return Columns.aligned(rows.map { row in columns.map { row[$0] } })
  }

  private func cells(of event: DriftEvent) -> [String] {
    [
      event.change.words, event.slug.map { name(of: $0) } ?? "",
      Printable.text(event.subject, limit: Self.evidenceLimit),
      detail(of: event) + (event.isReturn ? " (as accepted)" : ""),
    ]
  }

  /// `5.5 container-privileged`
  package func name(of slug: String) -> String {
    let slug = Printable.text(slug)
    return numbers[slug].map { "\($0) \(slug)" } ?? slug
  }

  private func detail(of event: DriftEvent) -> String {
    switch event.change {
    case .appeared: failing(event, before: "fails ") ?? "nothing fails in it"
    case .disappeared: "it is gone"
    case .lostSight:
      event.slug == nil
        ? "what was seen before cannot be read now"
        : "\(event.before.verdict.words) -> unknown"
    case .flapping: "changes all the time; it is told again when it rests"
    case .changed where event.slug == nil: image(event) + also(event)
    case .changed:
      "\(event.after.verdict.words): \(quoted(event.before)) -> \(quoted(event.after))"
        + also(event)
    case .regressed, .improved, .regainedSight, .rested:
      transition(event) + also(event)
    }
  }

  private func transition(_ event: DriftEvent) -> String {
    var text = "\(event.before.verdict.words) -> \(event.after.verdict.words)"
    if !event.after.observed.isEmpty {
      text += ": " + Printable.text(event.after.observed, limit: Self.evidenceLimit)
    }
    return text
  }

  private func image(_ event: DriftEvent) -> String {
    let (before, after) = (event.before.observed, event.after.observed)
    guard before != after, !before.isEmpty || !after.isEmpty else { return transition(event) }
    return "image \(Self.short(before)) -> \(Self.short(after))"
  }

  /// An image's id as the Engine shortens it.
  private static func short(_ id: String) -> String {
    guard !id.isEmpty else { return "none" }
    let digits = id.hasPrefix("sha256:") ? id.dropFirst(7) : id[...]
    return Printable.text(digits.prefix(12))
  }

  private func quoted(_ state: Posture.State) -> String {
    state.observed.isEmpty
      ? "nothing" : "'\(Printable.text(state.observed, limit: Self.evidenceLimit))'"
  }

  /// What else fails by it than the check that the line names.
  private func also(_ event: DriftEvent) -> String {
    var others = event
    others.failing.removeAll { $0 == event.slug }
    return failing(others, before: event.slug == nil ? "; fails " : "; also fails ") ?? ""
  }

  private func failing(_ event: DriftEvent, before: String) -> String? {
    guard !event.failing.isEmpty else { return nil }
    // In the order of the benchmark, and those that it does not have last.
    let ordered = event.failing.sorted {
      (places[$0] ?? .max, $0) < (places[$1] ?? .max, $1)
    }
    let names = ordered.prefix(Self.failingLimit).map { numbers[$0] ?? Printable.text($0) }
    let rest = event.failing.count - names.count
    return before + names.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}

extension DriftEvent.Change {
  /// As people read it.
  package var words: String {
    switch self {
    case .lostSight: "lost sight"
    case .regainedSight: "regained sight"
    default: rawValue
    }
  }
}

extension Verdict {
  var words: String { self == .notApplicable ? "not applicable" : rawValue }
}

// MARK: JSON

extension JSONWriter {
  /// `change`, `id` (the number, where the benchmark in use has one), `slug`, `subject`, `before` and
  /// `after` with `verdict` and `observed`, `failing`, `isReturn`; every key is always there.
  mutating func members(of event: DriftEvent, _ text: DriftText) {
    member("change", event.change.rawValue)
    member("id", event.slug.flatMap { text.number(of: $0) })
    member("slug", event.slug)
    member("subject", event.subject)
    member("before") { $0.object { $0.members(of: event.before) } }
    member("after") { $0.object { $0.members(of: event.after) } }
    member("failing") { $0.list(event.failing) { $0.string($1) } }
    member("isReturn", event.isReturn)
  }

  private mutating func members(of state: Posture.State) {
    member("verdict", state.verdict.rawValue)
    member("observed", state.observed)
  }
}

extension DriftText {
  /// In the benchmark in use; `nil` where it has no such check.
  package func number(of slug: String) -> String? { numbers[slug] }
}
