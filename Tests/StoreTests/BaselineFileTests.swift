import Documents
import Drift
import Foundation
import HardeningModel
import Store
import TestSupport
import Testing

@Suite("A baseline as a file")
struct BaselineFileTests {
  private static let baseline = Baseline(
    generation: 3, acceptedAt: Date(timeIntervalSince1970: 1_767_323_045), by: .anna,
    reason: "new host", scan: .sample(at: Date(timeIntervalSince1970: 1_767_323_000)),
    posture: Posture(
      epoch: .init(benchmark: "cis-1.8.0", checks: ["a", "b"]),
      states: [
        .init(slug: "not-judged", subject: "container:db"): .none,
        .init(slug: "b", subject: "host"): .init(verdict: .pass, observed: "ü\u{202E}\u{7}\"\\"),
        .init(slug: "a", subject: "container:web"): .init(verdict: .fail, observed: "🐳"),
        .init(slug: "a", subject: "container:db"): .init(verdict: .notApplicable, observed: ""),
      ]))

  private static let text = """
    {
      "accepted": {"at":"2026-01-02T03:04:05Z","by":{"loginName":"anna","loginUID":1000,"name":"root","uid":0},"reason":"new host"},
      "benchmark": "cis-1.8.0",
      "checks": [
        "a",
        "b"
      ],
      "digest": "DIGEST",
      "scan": {"durationMilliseconds":48,"host":"web-1","id":"scan","machineId":"0123456789abcdef","startedAt":"2026-01-02T03:03:20Z","version":"0.4.0"},
      "schema": "dockward.baseline.v1",
      "states": [
        {"observed":"","slug":"a","subject":"container:db","verdict":"notApplicable"},
        {"observed":"","slug":"not-judged","subject":"container:db","verdict":"notApplicable"},
        {"observed":"\\ud83d\\udc33","slug":"a","subject":"container:web","verdict":"fail"},
        {"observed":"\\u00fc\\u202e\\u0007\\"\\\\","slug":"b","subject":"host","verdict":"pass"}
      ]
    }

    """

  private static var file: BaselineFile { BaselineFile(baseline) }

  @Test("is canonical: sorted, in ASCII, one finding a line")
  func canonical() {
    let expected = Self.text.replacing("DIGEST", with: Self.file.digest)
    #expect(String(decoding: Self.file.bytes, as: UTF8.self) == expected)
    #expect(Self.file.digest.wholeMatch(of: /sha256:[0-9a-f]{64}/) != nil)
  }

  @Test("gives the same posture on another host")
  func otherHost() throws {
    let (here, there) = (try Scratch(), try Scratch())
    let accepted = try here.store().accept(
      Self.baseline.posture, scan: .sample(), by: .anna, reason: "r", at: .now
    ).baseline
    let exported = BaselineFile(accepted)
    let imported = try BaselineFile(parsing: exported.bytes, file: "b.json")
    #expect(imported == exported)
    let store = try there.store()
    let other = try store.accept(
      imported.posture, scan: imported.scan, by: Person(uid: 0, name: "root"), reason: "fleet",
      at: .now, importedFrom: imported.digest
    ).baseline
    #expect(try store.baseline() == .found(other))
    #expect(other.posture == Self.baseline.posture)
    #expect(other.importedFrom == exported.digest)
  }

  @Test("is the same file whatever the order and the white space")
  func reformatted() throws {
    let value = try JSONSerialization.jsonObject(with: Data(Self.file.bytes))
    let other = try JSONSerialization.data(withJSONObject: value, options: .prettyPrinted)
    #expect(try BaselineFile(parsing: Array(other), file: "b.json") == Self.file)
  }

  @Test(
    "tells line and column of what is wrong",
    arguments: [
      (
        "{\n  \"accepted\"", "{\n  \"acepted\"",
        "2:3: unknown key 'acepted'; did you mean 'accepted'?"
      ),
      ("\"uid\":0", "\"uid\":-1", "2:105: 'accepted.by.uid' is a number that does not fit UInt32"),
      ("\"uid\":0", "\"gid\":0", "2:99: unknown key 'gid'; did you mean 'uid'?"),
      ("2026-01-02T03:04:05Z", "2026", "2:21: '2026' is no time, as 2026-01-02T03:04:05Z is one"),
      ("\"b\"\n", "7\n", "6:5: 'checks[1]' is not a text"),
      ("\"b\"\n", "\"c\"\n", "15:5: the check 'b' is not among 'checks'"),
      ("\"fail\"", "\"bad\"", "14:79: 'states[2].verdict' is not accepted"),
      (
        "container:web", "container:db",
        "14:5: what the check 'a' says of 'container:db' stands twice"
      ),
      ("\"new host\"", "\"old host\"", "8:13: the digest of the content is sha256:"),
      ("\"pass\"", "\"fail\"", "8:13: the digest of the content is sha256:"),
      ("dockward.baseline.v1", "dockward.report.v1", "10:13: 'schema' is not dockward.baseline.v1"),
      (
        "  \"schema\": \"dockward.baseline.v1\",\n", "",
        "1:1: it has no 'schema': it is no baseline"
      ),
      ("  \"digest\": \"DIGEST\",\n", "", "1:1: the text lacks the key 'digest'"),
      ("\n}\n", "\n", "17:1: expected ',' or '}'"),
      ("\"web-1\"", "\"web-1\",\"host\":\"x\"", "9:53: the key 'host' stands twice in this object"),
    ])
  func errors(old: String, new: String, message: String) {
    let text = Self.text.replacing(old, with: new).replacing("DIGEST", with: Self.file.digest)
    do {
      _ = try BaselineFile(parsing: Array(text.utf8), file: "b.json")
      Issue.record("accepted")
    } catch {
      #expect("\(error)".hasPrefix("b.json:\(message)"), "\(error)")
    }
  }

  @Test("is refused, or the very same, however it was changed", arguments: 1...4)
  func mutated(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let bytes = Self.file.bytes
    for _ in 0..<500 {
      let changed = random.mutated(bytes, alphabet: Array("{}[]\",:0a\\ \n".utf8))
      guard let file = try? BaselineFile(parsing: changed, file: "b.json") else { continue }
      #expect(file == Self.file)
    }
  }
}
