import Drift
import HardeningModel
import Testing

/// Passes one after the other, and what is to be told of each.
struct Story: Sendable, CustomTestStringConvertible {
  var name: String
  /// What was accepted; by default the first pass.
  var baseline: Posture?
  var passes: [(Posture, [String])]

  var testDescription: String { name }

  init(_ name: String, baseline: Posture? = nil, _ passes: (Posture, [String])...) {
    self.name = name
    self.baseline = baseline
    self.passes = passes
  }
}

@Suite("News")
struct NewsTests {
  private static let host = Posture.of(
    "container:web i1", "container:web container-privileged pass no",
    "container:web container-memory-limit pass 64", "container:web container-seccomp pass",
    "container:web container-image-latest pass web:1", "image:web:1 i1",
    "image:web:1 image-secrets pass", "image:web:1 image-trusted-base manual",
    "file:/u file-docker-service-mode pass 0644", "file:/u file-docker-service-owner pass 0:0",
    "host host-hardened manual Debian", "daemon daemon-no-new-privileges pass on",
    "swarm swarm-disabled-if-unused pass inactive", "swarm swarm-autolock notApplicable")

  private static let opened = host.with("file:/u file-docker-service-mode fail 0666")
  private static let regressed =
    "regressed file-docker-service-mode file:/u failing "
    + "file-docker-service-mode"
  private static let evil = host.with(
    "container:evil i1", "container:evil container-privileged fail yes",
    "container:evil container-seccomp fail", "container:evil container-memory-limit pass 1",
    "container:evil container-image-latest pass web:1")

  static let stories = [
    Story("an unchanged host", (host, []), (host, []), (host, [])),
    Story(
      "a file is opened, and closed again",
      (host, []), (opened, [regressed]), (opened, []),
      (host, ["improved file-docker-service-mode file:/u again"]), (host, [])),
    Story(
      "a file changes owner and mode at once",
      (host, []),
      (
        opened.with("file:/u file-docker-service-owner fail 1:1"),
        [
          "regressed file-docker-service-mode file:/u failing "
            + "file-docker-service-mode,file-docker-service-owner"
        ]
      )),
    Story(
      "a container is made, and removed again",
      (host, []),
      (evil, ["appeared container:evil failing container-privileged,container-seccomp"]),
      (evil, []), (host, ["disappeared container:evil again"]), (host, [])),
    Story(
      "a container is removed, and made again",
      (host, []), (host.without("container:web"), ["disappeared container:web"]),
      (host.without("container:web"), []), (host, ["appeared container:web again"]), (host, [])),
    Story(
      "a limit is set otherwise, otherwise again, and back",
      (host, []),
      (
        host.with("container:web container-memory-limit pass 128"),
        ["changed container-memory-limit container:web"]
      ),
      (
        host.with("container:web container-memory-limit pass 256"),
        ["changed container-memory-limit container:web"]
      ),
      (host, ["changed container-memory-limit container:web again"]), (host, [])),
    Story(
      "a container is made again as a privileged one",
      (host, []),
      (
        host.with(
          "container:web container-privileged fail yes", "container:web container-seccomp fail"),
        [
          "regressed container-privileged container:web failing container-privileged,container-seccomp"
        ]
      ),
      (host, ["improved container-privileged container:web again"])),
    Story(
      "a tag is moved to another image; the container is made again from it",
      (host, []),
      (
        host.with("image:web:1 i2", "container:web container-image-latest fail web:1"),
        ["changed image:web:1"]
      ),
      (
        host.with("image:web:1 i2", "container:web i2"),
        ["changed container:web"]
      ),
      (host, ["changed image:web:1 again"])),
    Story(
      "a tag is moved and the container made again from it at once",
      (host, []), (host.with("image:web:1 i2", "container:web i2"), ["changed image:web:1"]),
      (host, ["changed image:web:1 again"]), (host, [])),
    Story(
      "a container is made again from another tag",
      (host.with("image:web:2 i2"), []),
      (
        host.with(
          "image:web:2 i2", "container:web i2", "container:web container-image-latest pass web:2"),
        ["changed container:web"]
      )),
    Story(
      "a tag is moved to an image with a secret in it",
      (host, []),
      (
        host.with("image:web:1 i2", "image:web:1 image-secrets fail"),
        ["changed image:web:1 failing image-secrets"]
      )),
    Story(
      "an image that nobody trusts comes into use with a container",
      (host.with("image:bad:1 i9"), []),
      (
        host.with(
          "image:bad:1 i9", "image:bad:1 image-trusted-base fail", "container:bad i9",
          "container:bad container-privileged pass no"),
        ["appeared container:bad"]
      ),
      (host.with("image:bad:1 i9"), ["disappeared container:bad again"])),
    Story(
      "the daemon's default changes under containers that rely on it",
      (host.with("container:web container-no-new-privileges pass"), []),
      (
        host.with(
          "daemon daemon-no-new-privileges fail off",
          "container:web container-no-new-privileges fail"),
        ["regressed daemon-no-new-privileges daemon failing daemon-no-new-privileges"]
      )),
    Story(
      "a swarm is begun",
      (host, []),
      (
        host.with(
          "swarm swarm-disabled-if-unused fail active", "swarm swarm-autolock fail off",
          "network:ingress swarm-overlay-encryption fail"),
        [
          "regressed swarm-disabled-if-unused swarm failing swarm-autolock,"
            + "swarm-disabled-if-unused"
        ]
      )),
    Story(
      "all audit rules are flushed",
      (
        host.with("file:/a host-audit-dockerd pass", "file:/b host-audit-dockerd pass"), []
      ),
      (
        host.with("file:/a host-audit-dockerd fail", "file:/b host-audit-dockerd fail"),
        ["regressed host-audit-dockerd file:/a failing host-audit-dockerd"]
      )),
    Story(
      "one check cannot tell any more, and again can",
      (host, []),
      (
        host.with("file:/u file-docker-service-mode unknown"),
        ["lostSight file-docker-service-mode file:/u"]
      ),
      (host.with("file:/u file-docker-service-mode unknown"), []),
      (host, ["regainedSight file-docker-service-mode file:/u again"]), (host, [])),
    Story(
      "what was told is out of sight for a pass",
      (host, []), (opened, [regressed]),
      (
        host.with("file:/u file-docker-service-mode unknown"),
        ["lostSight file-docker-service-mode file:/u"]
      ),
      (
        opened,
        [
          "regainedSight file-docker-service-mode file:/u failing file-docker-service-mode"
        ]
      ),
      (opened, []), (host, ["improved file-docker-service-mode file:/u again"])),
    Story(
      "it changes while it is out of sight",
      (host, []),
      (
        host.with("file:/u file-docker-service-mode unknown"),
        ["lostSight file-docker-service-mode file:/u"]
      ),
      (opened, [regressed]), (opened, [])),
    Story(
      "a container cannot be inspected for a while",
      (host, []),
      (
        host.without("container:web").with(
          "container:web image unknown", "container:web container-privileged unknown",
          "container:web container-memory-limit unknown"),
        ["lostSight container:web"]
      ),
      (host, ["regainedSight container:web again"])),
    Story(
      "the Engine does not answer for a while",
      (host, []), (host.withoutEngine, ["lostSight daemon"]), (host.withoutEngine, []),
      (host, ["regainedSight daemon again"]), (host, [])),
    Story(
      "a file is opened while the Engine does not answer",
      (host, []), (host.withoutEngine, ["lostSight daemon"]),
      (opened.withoutEngine, [regressed]), (opened, ["regainedSight daemon again"])),
    Story(
      "containers come and go while the Engine does not answer",
      (host, []), (host.withoutEngine, ["lostSight daemon"]),
      (
        evil.without("container:web"),
        [
          "appeared container:evil failing container-privileged,container-seccomp",
          "disappeared container:web", "regainedSight daemon again",
        ]
      )),
    Story(
      "the Engine does not answer the first pass, and nothing was accepted",
      (host.withoutEngine, []), (evil, ["regainedSight daemon"]), (evil, []),
      (host, ["disappeared container:evil"])),
    Story(
      "only some checks are judged for a pass",
      (evil, []),
      (
        Posture.of(
          "file:/u file-docker-service-mode pass 0644", checks: ["file-docker-service-mode"],
          partiality: "--check 3"), []
      ),
      (evil, []), (host, ["disappeared container:evil"])),
    Story(
      "a container is started and stopped that is judged only while it runs",
      (evil, []),
      (
        host.with("container:evil i1", "container:evil not-judged notApplicable"), []
      ),
      (evil, [])),
    Story(
      "a new catalog has a check that fails",
      (host.judging("file-docker-service-mode", false), []),
      (opened, []), (opened, []), (host, ["improved file-docker-service-mode file:/u"])),
    Story(
      "a check of both catalogs fails in the new one",
      (host.judging("host-hardened", false), []), (opened, [regressed])),
    Story(
      "another benchmark is used for a pass",
      (host, []), (host.by("cis-1.2.0"), []), (host, [])),
    Story(
      "a file that is there is judged by a check of the new catalog alone",
      (host.judging("file-docker-service-mode", false).without("file:/u"), []),
      (host.without("file:/u").with("file:/u file-docker-service-mode fail 0666"), [])),
    Story(
      "more members than can be seen",
      (host.with("host host-hardened unknown alice"), []),
      (
        host.with("host host-hardened unknown alice, bob"), ["changed host-hardened host"]
      )),
    Story(
      "a check begins to apply, and passes",
      (host, []), (host.with("swarm swarm-autolock pass on"), [])),
    Story(
      "a check begins to apply, and fails",
      (host, []),
      (
        host.with("swarm swarm-autolock fail off"),
        ["regressed swarm-autolock swarm failing swarm-autolock"]
      ),
      (host, ["improved swarm-autolock swarm again"])),
  ]

  @Test("are told once, and no more", arguments: stories)
  func story(_ story: Story) throws {
    let baseline = story.baseline ?? story.passes[0].0
    // What was accepted when nobody saw all of it is nothing that was accepted.
    let accepted = baseline.partiality == nil ? baseline : nil
    var told: Told?
    for (index, (pass, expected)) in story.passes.enumerated() {
      let news = Drift.news(baseline: accepted, told: told, current: pass)
      #expect(
        news.events.map(\.testDescription) == expected.map { $0.expected(accepted) },
        "pass \(index + 1)")
      told = news.told
    }
  }

  @Test("there are none of a first pass without a baseline")
  func first() {
    #expect(Drift.news(baseline: nil, told: nil, current: Self.evil).events.isEmpty)
  }

  @Test("of a first pass are what differs from an imported baseline")
  func imported() {
    let news = Drift.news(baseline: Self.host, told: nil, current: Self.opened)
    #expect(news.events.map(\.testDescription) == [Self.regressed])
  }

  @Test("are none of what has just been accepted")
  func accepted() {
    let told = Told(Self.evil)
    #expect(Drift.news(baseline: Self.evil, told: told, current: Self.evil).events.isEmpty)
  }

  @Test("have the verdicts before and after")
  func verdicts() {
    let appeared = Drift.diff(from: Self.host, to: Self.evil)[0]
    #expect(appeared.before == .none)
    #expect(appeared.after == Posture.State(verdict: .fail, observed: "i1"))
    let opened = Drift.diff(from: Self.host, to: Self.opened)[0]
    #expect(opened.before == Posture.State(verdict: .pass, observed: "0644"))
    #expect(opened.after == Posture.State(verdict: .fail, observed: "0666"))
    let moved = Drift.diff(from: Self.host, to: Self.host.with("image:web:1 i2"))[0]
    #expect(moved.before == Posture.State(verdict: .manual, observed: "i1"))
    #expect(moved.after == Posture.State(verdict: .manual, observed: "i2"))
  }
}

extension String {
  /// Without a baseline nothing can be as it was accepted.
  fileprivate func expected(_ baseline: Posture?) -> String {
    baseline == nil && hasSuffix(" again") ? String(dropLast(6)) : self
  }
}

extension Posture {
  fileprivate func by(_ benchmark: String) -> Posture {
    var posture = self
    posture.epoch.benchmark = benchmark
    return posture
  }

  /// The posture with a check judged or not.
  fileprivate func judging(_ slug: String, _ isJudged: Bool) -> Posture {
    var posture = self
    posture.epoch.checks.removeAll { $0 == slug && !isJudged }
    posture.states = states.filter { $0.key.slug != slug }
    return posture
  }
}
