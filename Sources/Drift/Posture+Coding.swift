import Crypto
import HardeningModel

extension Posture: Codable {
  private enum CodingKeys: String, CodingKey { case epoch, partiality, subjects }

  /// All that is said of one subject.
  private struct Entry: Codable {
    var subject: String
    var checks: [Line]
  }

  private struct Line: Codable {
    var check: String
    var verdict: Verdict
    var observed: String?
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epoch = try container.decode(Epoch.self, forKey: .epoch)
    partiality = try container.decodeIfPresent(String.self, forKey: .partiality)
    states = [:]
    for entry in try container.decode([Entry].self, forKey: .subjects) {
      for line in entry.checks {
        let key = Key(slug: line.check, subject: entry.subject)
        let state = State(verdict: line.verdict, observed: line.observed ?? "")
        guard states.updateValue(state, forKey: key) == nil else {
          throw DecodingError.dataCorruptedError(
            forKey: .subjects, in: container,
            debugDescription: "'\(line.check)' says two things of '\(entry.subject)'")
        }
      }
    }
  }

  /// Sorted, so that equal postures are written alike.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(epoch, forKey: .epoch)
    try container.encodeIfPresent(partiality, forKey: .partiality)
    var entries: [Entry] = []
    for (key, state) in sorted {
      let line = Line(
        check: key.slug, verdict: state.verdict,
        observed: state.observed.isEmpty ? nil : state.observed)
      if let last = entries.indices.last,
        entries[last].subject.utf8.elementsEqual(key.subject.utf8)
      {
        entries[last].checks.append(line)
      } else {
        entries.append(Entry(subject: key.subject, checks: [line]))
      }
    }
    try container.encode(entries, forKey: .subjects)
  }

  var sorted: [(key: Key, value: State)] { states.sorted { $0.key < $1.key } }
}

extension Posture {
  /// SHA-256 of all of it, in hexadecimal digits; the same for equal postures, and only for these.
  package var digest: String {
    var hash = SHA256()
    // Each text with its length before it, so that no two sequences of texts are one sequence of bytes.
    func add(_ text: String) {
      let bytes = Array(text.utf8)
      hash.update(data: Array("\(bytes.count):".utf8))
      hash.update(data: bytes)
    }
    add("dockward.posture.v1")
    add(epoch.benchmark)
    add("\(epoch.checks.count)")
    for slug in epoch.checks { add(slug) }
    add(partiality.map { "partial: \($0)" } ?? "complete")
    for (key, state) in sorted {
      for text in [key.subject, key.slug, state.verdict.rawValue, state.observed] { add(text) }
    }
    return hash.finalize().hexadecimal
  }
}

extension Sequence<UInt8> {
  var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
