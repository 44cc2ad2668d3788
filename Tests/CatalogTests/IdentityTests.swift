import Catalog
import Drift
import HardeningModel
import Testing

/// Which subject a container or an image is, whatever its name and id.
@Suite("Identity")
struct IdentityTests {
  private func posture(_ change: (inout HostSnapshot) -> Void) throws -> Posture {
    HostSnapshot.sample {
      $0.containers = .found([])
      change(&$0)
    }.posture(by: try Repository.benchmark("cis-1.8.0"))
  }

  private func containers(_ posture: Posture) -> [String] {
    Set(posture.states.keys.map(\.subject)).filter { $0.hasPrefix("container:") }.sorted()
  }

  @Test("of the next replica of a Compose service is that of the one before")
  func compose() throws {
    let one = try posture { $0.add("shop-web-1", compose: "1") }
    let next = try posture { $0.add("shop-web-2", compose: "2") }
    #expect(containers(one) == ["container:compose/shop/web/1"])
    #expect(one.digest == next.digest)
    let both = try posture {
      $0.add("shop-web-10", compose: "10")
      $0.add("shop-web-9", compose: "9") { $0.hostConfig.memory = .value(0) }
    }
    #expect(
      containers(both) == ["container:compose/shop/web/1", "container:compose/shop/web/2"])
    let limit = Posture.Key(
      slug: "container-memory-limit", subject: "container:compose/shop/web/1")
    #expect(both.states[limit]?.verdict == .fail)
    #expect(Drift.diff(from: one, to: both).map(\.change) == [.regressed, .appeared])
  }

  @Test("of what docker compose run makes is none of the service's")
  func oneOff() throws {
    let posture = try posture {
      $0.add("shop-web-1", compose: "1")
      $0.add("shop-web-run-3f9c", compose: "1", oneOff: "True")
    }
    #expect(
      containers(posture) == ["container:compose/shop/web/1", "container:compose/shop/web/run/1"])
  }

  @Test("of a swarm task is its slot, of a global service's its node")
  func swarm() throws {
    let posture = try posture {
      $0.add("web.2.x7", task: "web.2.x7", of: "web")
      $0.add("agent.n0de.y1", task: "agent.n0de.y1", of: "agent")
    }
    #expect(containers(posture) == ["container:swarm/agent/node", "container:swarm/web/2"])
    let next = try self.posture {
      $0.add("web.2.k3", task: "web.2.k3", of: "web")
      $0.add("agent.n1de.z2", task: "agent.n1de.z2", of: "agent")
    }
    #expect(posture.digest == next.digest)
  }

  @Test("of a task that is over and nothing else is that of its successor")
  func history() throws {
    let one = try posture { $0.add("web.1.a", task: "web.1.a", of: "web") }
    let two = try posture {
      $0.add("web.1.a", task: "web.1.a", of: "web") { $0.stop() }
      $0.add("web.1.b", task: "web.1.b", of: "web")
    }
    #expect(Drift.diff(from: one, to: two) == [])
  }

  @Test("of a service that is updated is one event, the task that is left behind included")
  func update() throws {
    let one = try posture { $0.add("web.1.a", task: "web.1.a", of: "web") }
    let two = try posture {
      $0.add("web.1.a", task: "web.1.a", of: "web") { $0.stop() }
      $0.add("web.1.b", task: "web.1.b", of: "web") { $0.imageID = .value("sha256:new") }
    }
    let events = Drift.diff(from: one, to: two)
    #expect(events.map(\.subject) == ["container:swarm/web/1"])
  }

  @Test("is claimed by two, and neither hides the other", arguments: [false, true])
  func claims(_ privileged: Bool) throws {
    let one = try posture { $0.add("web.1.m", task: "web.1.m", of: "web") }
    for name in ["a", "z"] {
      let both = try posture {
        $0.add("web.1.m", task: "web.1.m", of: "web")
        $0.add(name, task: "web.1.\(name)", of: "web") {
          $0.hostConfig.privileged = .value(privileged)
        }
      }
      #expect(containers(both) == ["container:swarm/web/1", "container:swarm/web/1#2"])
      let failing = both.states.filter {
        $0.key.slug == "container-privileged" && $0.value.verdict == .fail
      }
      #expect(failing.count == (privileged ? 1 : 0))
      #expect(!Drift.diff(from: one, to: both).isEmpty)
    }
  }

  @Test("that is stopped, and other than the one it claims to be, is told")
  func stoppedClaim() throws {
    let one = try posture { $0.add("web.1.m", task: "web.1.m", of: "web") }
    let two = try posture {
      $0.add("web.1.m", task: "web.1.m", of: "web")
      $0.add("evil", task: "web.1.evil", of: "web") {
        $0.hostConfig.privileged = .value(true)
        $0.stop()
      }
    }
    let events = Drift.diff(from: one, to: two)
    #expect(events.map(\.change) == [.appeared])
    #expect(events.first?.failing.contains("container-privileged") ?? false)
  }

  @Test(
    "that makes no sense is no identity",
    arguments: ["web", "web.1", "web.1.", "web.1.a.b", "other.1.a", "web.1/2.a", "web.\u{1B}.a"])
  func nonsense(_ task: String) throws {
    let posture = try posture { $0.add("mine", task: task, of: "web") }
    #expect(containers(posture) == ["container:mine"])
  }

  @Test("of a container that cannot be inspected is what it was")
  func unreadable() throws {
    let one = try posture { $0.add("shop-web-1", compose: "1") }
    let two = try posture {
      $0.add("shop-web-1", compose: "1")
      $0.containers = $0.containers.map { readings in
        readings.map { reading in
          var reading = reading
          reading.inspection = .unreadable("timed out")
          return reading
        }
      }
    }
    let events = Drift.diff(from: one, to: two)
    #expect(events.map(\.testDescription) == ["lostSight container:compose/shop/web/1"])
  }

  @Test("of an image is each of its tags")
  func tags() throws {
    let one = try posture { _ in }
    let two = try posture {
      $0.images = $0.images.map { images in
        images.map { image in
          var image = image
          image.tags = .value(["aaa:1"] + (image.tags.value ?? []))
          return image
        }
      }
    }
    #expect(Drift.diff(from: one, to: two).map(\.testDescription) == ["appeared image:aaa:1"])
    #expect(Drift.diff(from: two, to: one).map(\.testDescription) == ["disappeared image:aaa:1"])
  }

  @Test("of a tag that is moved is the tag; the image that is left behind is told with it")
  func moved() throws {
    func host(_ tagged: String, _ left: String?) throws -> Posture {
      try posture { snapshot in
        snapshot.add(.sample("web"))
        let images = [ImageSummary(id: tagged, tags: ["web:1.0"])]
        let untagged = left.map { [ImageSummary(id: $0, tags: [], digests: ["web@\($0)"])] } ?? []
        snapshot.images = .found(images + untagged)
        for image in images + untagged { snapshot.imageFacts[image.id] = .sample }
      }
    }
    let one = try host(Container.sampleImageID, nil)
    let two = try host("sha256:new", Container.sampleImageID)
    let events = Drift.diff(from: one, to: two)
    #expect(events.map(\.testDescription) == ["changed image:web:1.0"])
    #expect(
      events.first?.parts.contains {
        $0.key.slug == "container-image-latest" && $0.after?.verdict == .fail
      } ?? false)
    #expect(Drift.diff(from: two, to: one).map(\.testDescription) == ["changed image:web:1.0"])
  }
}

extension DriftEvent {
  fileprivate var testDescription: String {
    [change.rawValue, slug, subject].compactMap { $0 }.joined(separator: " ")
  }
}

extension HostSnapshot {
  fileprivate mutating func add(
    _ name: String, compose number: String, oneOff: String = "False",
    _ change: (inout Container) -> Void = { _ in }
  ) {
    var labels = OrchestratorLabels()
    labels.composeProject = "shop"
    labels.composeService = "web"
    labels.composeNumber = number
    labels.composeOneOff = oneOff
    add(name, labels, change)
  }

  fileprivate mutating func add(
    _ name: String, task: String, of service: String,
    _ change: (inout Container) -> Void = { _ in }
  ) {
    var labels = OrchestratorLabels()
    labels.swarmService = service
    labels.swarmTask = task
    add(name, labels, change)
  }

  private mutating func add(
    _ name: String, _ labels: OrchestratorLabels, _ change: (inout Container) -> Void
  ) {
    add(.sample(name, change))
    containers = containers.map { readings in
      readings.map { reading in
        var reading = reading
        if reading.name == name { reading.labels = labels }
        return reading
      }
    }
  }
}
