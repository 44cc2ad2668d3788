import Foundation
import TestSupport
import Testing

@testable import Documents

/// Whatever a daemon.json holds: it is refused, or it is JSON afterwards in which only what was asked
/// for differs, and no other byte.
@Suite("Editing mutated JSON")
struct JSONEditFuzzTests {
  /// daemon.json as hosts have it: the examples of Docker's documentation, of distributions, of
  /// Kubernetes, of NVIDIA's toolkit and of hardening guides.
  private static let corpus = [
    "{}", "{ }\n", "{\n}\n", "{\n  \"icc\": true\n}\n", " {\"icc\":false}",
    "{\n  \"debug\": true,\n  \"log-level\": \"debug\"\n}",
    "{\r\n    \"registry-mirrors\": [\"https://mirror.example\"],\r\n    \"icc\" : true\r\n}\r\n",
    "{\"insecure-registries\":[\"10.0.0.0/8\",\"localhost:5000\",\"::1/128\"],\"live-restore\":null}",
    """
    {
      "exec-opts": ["native.cgroupdriver=systemd"],
      "log-driver": "json-file",
      "log-opts": {
        "max-size": "100m"
      },
      "storage-driver": "overlay2"
    }
    """,
    """
    {
    \t"runtimes": {
    \t\t"nvidia": {
    \t\t\t"args": [],
    \t\t\t"path": "nvidia-container-runtime"
    \t\t}
    \t},
    \t"insecure-registries": [
    \t\t"registry.example:5000",
    \t\t"127.0.0.0/8"
    \t]
    }

    """,
    """
    {"default-address-pools": [{"base": "172.30.0.0/16", "size": 24}]
    ,"default-ulimits": {"nofile": {"Name": "nofile", "Hard": 64000, "Soft": -1}}
    ,"icc": true, "userland-proxy" :true
    ,"features": {"buildkit": true}, "labels": ["a=\\u00e4\\"\\\\", "b=\u{e4}\u{1F600}"]
    }
    """,
    """
    {
      "icc": false, "iptables": true, "no-new-privileges": true,

      "userns-remap": "default", "max-concurrent-downloads": 3, "x": 1.50e+2
    }
    """,
  ]

  private static let asked: [(String, JSONEdit.Value)] = [
    ("icc", .bool(false)), ("icc", .bool(true)), ("live-restore", .bool(true)),
    ("debug", .bool(false)), ("log-level", .text("info")), ("insecure-registries", .list([])),
    ("insecure-registries", .list(["localhost:5000", "127.0.0.0/8"])),
    ("userland-proxy", .bool(false)),
  ]

  @Test(
    "is refused, or changes what was asked for and no other byte", arguments: [1, 2] as [UInt64])
  func edit(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var (edited, kept, refused) = (0, 0, 0)
    let deadline = ContinuousClock.now + .seconds(2)
    while edited + kept + refused < 60_000, ContinuousClock.now < deadline {
      let original = try #require(Self.corpus.randomElement(using: &random))
      let (key, value) = try #require(Self.asked.randomElement(using: &random))
      var before = Array(original.utf8)
      if Int.random(in: 0..<10, using: &random) > 0 {
        before = random.mutated(before, alphabet: JSONMutationTests.alphabet)
      }
      let after: [UInt8]
      do throws(DocumentError) {
        after = try JSONEdit.setting(key, to: value, in: before, file: "f")
      } catch {
        #expect(error.position != nil, "\(visible(before))")
        refused += 1
        continue
      }
      if after == before { kept += 1 } else { edited += 1 }
      let problem = Self.problem(before, key, value, after)
      #expect(problem == nil, "\(visible(before)) -> \(visible(after)): \(problem ?? "")")
    }
    let total = edited + kept + refused
    print(
      "editing mutated JSON, seed \(seed): \(total) texts, \(edited) edited, \(refused) refused")
    // Without enough of each nothing has been shown.
    #expect(edited > 300 && kept > 20 && refused > 300)
  }

  /// What is wrong with an edit, by another reader of JSON and by the bytes.
  private static func problem(
    _ before: [UInt8], _ key: String, _ value: JSONEdit.Value, _ after: [UInt8]
  ) -> String? {
    guard let new = object(after) else { return "it is no JSON object afterwards" }
    guard isEqual(new[key], value) else { return "'\(key)' is not what was asked for" }
    if before.allSatisfy({ [0x20, 0x0A, 0x0D, 0x09].contains($0) }) {
      return new.count == 1 ? nil : "there is more than was asked for"
    }
    guard let old = object(before) else { return "it was no JSON object and was not refused" }
    let others = { (object: [String: Any]) in object.filter { $0.key != key } as NSDictionary }
    guard others(old) == others(new) else { return "another key has changed" }
    // Nothing but one stretch differs, and that is the value, or a new member.
    let start = zip(before, after).prefix { $0 == $1 }.count
    let common = min(before.count, after.count) - start
    let end = zip(before.reversed(), after.reversed()).prefix { $0 == $1 }.prefix(common).count
    let removed = before[start..<before.count - end]
    let isNew = old[key] == nil
    if isNew, removed.contains(where: { ![0x20, 0x09].contains($0) }) {
      return "more was taken away than space: \(String(decoding: removed, as: UTF8.self))"
    }
    if isEqual(old[key], value), before != after { return "it was already so" }
    return nil
  }

  private static func object(_ bytes: [UInt8]) -> [String: Any]? {
    (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
  }

  private static func isEqual(_ found: Any?, _ value: JSONEdit.Value) -> Bool {
    switch value {
    case .bool(let bool): found as? Bool == bool
    case .text(let text): found as? String == text
    case .list(let items): found as? [String] == items
    }
  }

  private func visible(_ bytes: [UInt8]) -> String {
    String(reflecting: String(decoding: bytes, as: UTF8.self))
  }
}
