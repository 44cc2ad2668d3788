import Drift
import Foundation
import HardeningModel
import Store
import TestSupport
import Testing

@Suite("A year of hourly passes over 100 containers")
struct YearTests {
  /// A host that lives: each night containers are made again, some from a new image; jobs come and go;
  /// now and then somebody changes something, and sometimes the Engine does not answer.
  private struct Host {
    var posture: Posture
    private var random = SeededRandom(seed: 2026)
    private static let checks = (0..<48).map { "container-check-number-\($0)" }

    init() {
      let others = (0..<120).map { "host-or-daemon-check-\($0)" }
      posture = Posture(
        epoch: .init(benchmark: "cis-1.8.0", checks: others + Self.checks + [Posture.Key.image]))
      for slug in others {
        for subject in 0..<2 {
          posture.states[.init(slug: slug, subject: "file:/etc/docker/\(slug)/\(subject)")] =
            state()
        }
      }
      for number in 0..<100 { make("stack-service-\(number)") }
    }

    /// Most say one of a few things, as most checks do.
    private mutating func state() -> Posture.State {
      let kind = Int.random(in: 0..<40, using: &random)
      let verdict: Verdict = kind < 8 ? .fail : kind < 12 ? .notApplicable : .pass
      let text = kind < 36 ? "as \(kind) others are" : "own: \(random.next())"
      return .init(
        verdict: verdict, observed: "\(text), with what a check usually says of what it has seen")
    }

    private mutating func image() -> Posture.State {
      let digest = (0..<4).map { _ in String(random.next() | 1 << 63, radix: 16) }.joined()
      return .init(verdict: .notApplicable, observed: "sha256:\(digest)")
    }

    private mutating func make(_ name: String) {
      for slug in Self.checks {
        posture.states[.init(slug: slug, subject: "container:\(name)")] = state()
      }
      posture.states[.init(slug: Posture.Key.image, subject: "container:\(name)")] = image()
    }

    private mutating func remove(_ name: String) {
      for slug in Self.checks + [Posture.Key.image] {
        posture.states[.init(slug: slug, subject: "container:\(name)")] = nil
      }
    }

    /// What there is an hour later.
    mutating func pass(_ hour: Int) {
      if hour % 24 == 3 {
        // The same containers made again: only those with a new image are not as they were.
        for number in 0..<15 {
          let key = Posture.Key(
            slug: Posture.Key.image, subject: "container:stack-service-\((hour + number) % 100)")
          posture.states[key] = image()
        }
        // Jobs of the night, each with a name of its own.
        for number in 0..<3 { make("job-\(hour)-\(number)") }
      }
      if hour % 24 == 4 { for number in 0..<3 { remove("job-\(hour - 1)-\(number)") } }
      if hour % 24 == 14 {
        // A deployment: one container is another one now.
        make("stack-service-\(hour % 100)")
        for _ in 0..<5 {
          let slug = Self.checks.randomElement(using: &random) ?? ""
          let name = "container:stack-service-\(Int.random(in: 0..<100, using: &random))"
          posture.states[.init(slug: slug, subject: name)] = state()
        }
      }
    }

    /// What is seen when the Engine does not answer.
    var withoutEngine: Posture {
      var partial = posture
      partial.partiality = "cannot reach the Engine at 'unix:///var/run/docker.sock'"
      partial.states = posture.states.filter { !$0.key.subject.hasPrefix("container:") }
      return partial
    }
  }

  @Test("takes less than 200 MB, and each posture can be read again")
  func year() throws {
    let scratch = try Scratch()
    // Faster than life: nothing of this is to outlive a power failure.
    let store = try scratch.store(durability: .process)
    let start = Date(timeIntervalSince1970: 1_767_225_600)
    let began = ContinuousClock.now
    var host = Host()
    var (samples, changes, events): ([Int: Posture], Int, Int) = ([:], 0, 0)
    for hour in 0..<8760 {
      host.pass(hour)
      let posture = hour % 500 == 7 ? host.withoutEngine : host.posture
      let pass = Pass(
        scan: .sample(UUID().uuidString, at: start.addingTimeInterval(3600 * Double(hour))),
        counts: VerdictCounts(pass: 60, fail: 30, manual: 10, notApplicable: 10), posture: posture)
      let recording = try store.record(pass) { _ in
        // As many events as a pass with a change has.
        Store.Consequences(
          events: (0..<([3, 4, 14].contains(hour % 24) ? 15 : 0)).map { number in
            DriftEvent(
              change: .changed, slug: nil, subject: "container:stack-service-\(number)",
              before: .init(verdict: .pass, observed: "sha256:\(hour) \(number)"),
              after: .init(verdict: .pass, observed: "sha256:\(hour + 1) \(number)"),
              failing: ["container-check-number-1", "container-check-number-2"])
          })
      }
      if recording.pass.foundChange { changes += 1 }
      events += recording.events.count
      if hour % 1733 == 0 || hour == 507 || hour == 8507 { samples[hour] = posture }
    }
    let elapsed = ContinuousClock.now - began
    try store.checkpoint()
    let size = store.size()
    print(
      """
      a year: 8760 passes of \(host.posture.states.count) states, \(changes) with a change, \
      \(events) events: \(size / 1_000_000) MB, written in \
      \(Int(elapsed / .seconds(1))) s without synchronisation
      """)
    #expect(size < 200_000_000)
    #expect(host.posture.states.count > 5000)

    let passes = try store.passes().reversed() as [RecordedPass]
    #expect(passes.count == 8760)
    for (hour, posture) in samples { #expect(try store.posture(of: passes[hour]) == posture) }
    // Opened anew, it knows what the last pass found.
    #expect(try !scratch.store().record(.sample("again", host.posture)).pass.foundChange)
    try store.pruneDaily(keepDays: 90, now: start.addingTimeInterval(86_400 * 365))
    try store.checkpoint()
    print("  and \(store.size() / 1_000_000) MB after all but 90 days of it were pruned")
    #expect(store.size() < size / 2)
    #expect(try store.passes().count > 90 * 24 - 2)
    for pass in try store.passes() {
      guard let posture = samples[Int(pass.number) - 1] else { continue }
      #expect(try store.posture(of: pass) == posture)
    }
  }
}
