import Crypto
import Documents
import Drift
import FoundationEssentials
import HardeningModel

/// A baseline as a file, `dockward.baseline.v1`: canonical JSON, to be kept under version control and
/// imported on other hosts.
///
/// Its digest shows that a file is whole and unchanged; who may give a host a baseline is for the one
/// who imports it to know.
package struct BaselineFile: Sendable, Equatable {
  static let schema = "dockward.baseline.v1"
  /// In bytes: more than ten times a host of 100 containers.
  package static let sizeLimit = 16 << 20

  package var acceptedAt: Date
  package var by: Person
  package var reason: String
  package var scan: Report.Scan
  package var posture: Posture

  package init(_ baseline: Baseline) {
    acceptedAt = baseline.acceptedAt
    by = baseline.by
    reason = baseline.reason
    scan = baseline.scan
    posture = baseline.posture
  }

  /// `sha256:` and 64 hexadecimal digits, over all of it but the white space.
  package var digest: String {
    "sha256:" + Hexadecimal.text(SHA256.hash(data: CanonicalJSON.object(members).bytes))
  }

  /// The file: keys sorted, one finding a line.
  package var bytes: [UInt8] {
    var members = members
    members["digest"] = .text(digest)
    return CanonicalJSON.object(members).lines
  }

  private var members: [String: CanonicalJSON] {
    var members = posture.canonicalMembers
    members["accepted"] = .object([
      "at": .text(acceptedAt.rfc3339), "by": by.canonical, "reason": .text(reason),
    ])
    members["scan"] = scan.canonical
    members["schema"] = .text(Self.schema)
    return members
  }

  /// The baseline in `bytes`; `file` is what messages call it.
  ///
  /// Throws a `DocumentError` with line and column for what is no such file, has a member that is not
  /// known, or is not what its digest says.
  package init(parsing bytes: [UInt8], file: String) throws(DocumentError) {
    let text = try JSONText(parsing: bytes, file: file)
    let places = try Places(text)
    let content = try text.decode(Content.self)
    guard let acceptedAt = Date(rfc3339: content.accepted.at),
      acceptedAt.rfc3339 == content.accepted.at
    else {
      throw text.error(
        at: places.acceptedAt, "'\(content.accepted.at)' is no time, as 2026-01-02T03:04:05Z is one"
      )
    }
    self.acceptedAt = acceptedAt
    by = content.accepted.by
    reason = content.accepted.reason
    scan = content.scan.scan
    posture = Posture(epoch: .init(benchmark: content.benchmark, checks: content.checks))
    let known = Set(content.checks + [Posture.Key.notJudged])
    for (state, place) in zip(content.states, places.states) {
      let key = Posture.Key(slug: state.slug, subject: state.subject)
      guard known.contains(state.slug) else {
        throw text.error(at: place, "the check '\(state.slug)' is not among 'checks'")
      }
      let value = Posture.State(verdict: state.verdict, observed: state.observed)
      guard posture.states.updateValue(value, forKey: key) == nil else {
        throw text.error(
          at: place, "what the check '\(state.slug)' says of '\(state.subject)' stands twice")
      }
    }
    guard content.digest == digest else {
      throw text.error(
        at: places.digest,
        "the digest of the content is \(digest): it was changed, or is not whole")
    }
  }

  private struct Content: Decodable {
    var accepted: Accepted
    var benchmark: String
    var checks: [String]
    var digest: String
    var scan: ScanMembers
    var states: [State]

    struct Accepted: Decodable {
      var at: String
      var by: Person
      var reason: String
    }

    struct State: Decodable {
      var observed: String
      var slug: String
      var subject: String
      var verdict: Verdict
    }
  }

  /// Where the things are that messages speak of. The digest does not cover a member that is not known,
  /// so that there must be none.
  private struct Places {
    var acceptedAt = 0
    var digest = 0
    var states: [Int] = []

    init(_ text: JSONText) throws(DocumentError) {
      let members = try text.members(
        of: text.root,
        ["accepted", "benchmark", "checks", "digest", "scan", "schema", "states"])
      guard let schema = members["schema"] else {
        throw text.error(at: text.root.offset, "it has no 'schema': it is no baseline")
      }
      guard case .text(BaselineFile.schema) = schema.content else {
        throw text.error(at: schema.offset, "'schema' is not \(BaselineFile.schema)")
      }
      if let accepted = members["accepted"] {
        let members = try text.members(of: accepted, ["at", "by", "reason"])
        acceptedAt = members["at"]?.offset ?? accepted.offset
        if let by = members["by"] {
          _ = try text.members(of: by, ["loginName", "loginUID", "name", "uid"])
        }
      }
      if let scan = members["scan"] {
        _ = try text.members(
          of: scan, ["durationMilliseconds", "host", "id", "machineId", "startedAt", "version"])
      }
      digest = members["digest"]?.offset ?? text.root.offset
      guard case .list(let items)? = members["states"]?.content else { return }
      for item in items {
        _ = try text.members(of: item, ["observed", "slug", "subject", "verdict"])
        states.append(item.offset)
      }
    }
  }
}

extension JSONText {
  /// The members of an object by key; throws where one is not among `keys`. What is no object has none.
  fileprivate func members(
    of element: Element, _ keys: [String]
  ) throws(DocumentError) -> [String: Element] {
    guard case .object(let members) = element.content else { return [:] }
    var elements: [String: Element] = [:]
    for member in members {
      guard keys.contains(member.key) else {
        throw error(
          at: member.offset,
          "unknown key '\(member.key)'\(Spelling.hint(for: member.key, among: keys))")
      }
      elements[member.key] = member.value
    }
    return elements
  }
}
