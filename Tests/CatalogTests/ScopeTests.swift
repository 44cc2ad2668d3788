import Catalog
import HardeningModel
import Testing

/// Which containers are judged.
@Suite("Scope")
struct ScopeTests {
  /// A host with three containers: one runs, one is paused, one has exited; all are privileged.
  private static func scene(_ change: (inout Scene) -> Void = { _ in }) -> Scene {
    var scene = Scene()
    scene.snapshot.containers = .found([])
    for (name, status, image) in [
      ("web", "running", "web:1.0"), ("web-db", "paused", "db:1"), ("job", "exited", "job"),
    ] {
      scene.snapshot.add(
        .sample(name) {
          $0.hostConfig.privileged = .value(true)
          $0.config.image = .value(image)
          if status == "exited" { $0.stop() }
          $0.state.status = .value(status)
        })
    }
    change(&scene)
    return scene
  }

  private static func judged(_ scene: Scene) throws -> [Finding] {
    try #require(Catalog.bySlug["container-privileged"]).evaluate(scene.context)
  }

  private static func names(_ scene: Scene) throws -> Set<String> {
    Set(try judged(scene).map(\.subject.description))
  }

  private static let all: Set = ["container:web", "container:web-db", "container:job"]

  @Test("is every container in every state, where nothing is said")
  func whole() throws {
    #expect(try Self.names(Self.scene()) == Self.all)
  }

  @Test(
    "is narrowed by names",
    arguments: [
      (["web"], [], ["container:web"]),
      (["web*"], [], ["container:web", "container:web-db"]),
      (["web", "job"], [], ["container:web", "container:job"]),
      (["*"], ["web*"], ["container:job"]),
      ([], ["job"], ["container:web", "container:web-db"]),
      ([], ["?eb"], ["container:web-db", "container:job"]),
    ] as [([String], [String], Set<String>)])
  func names(_ names: [String], excluded: [String], expected: Set<String>) throws {
    let scene = Self.scene {
      $0.scope.names = names.map { Glob($0) }
      $0.scope.excludedNames = excluded.map { Glob($0) }
    }
    #expect(try Self.names(scene) == expected)
  }

  @Test(
    "is narrowed by images",
    arguments: [
      (["web:*"], ["container:web"]), (["*:1*"], ["container:web", "container:web-db"]),
      (["job", "db:1"], ["container:job", "container:web-db"]),
    ] as [([String], Set<String>)])
  func images(_ images: [String], expected: Set<String>) throws {
    let scene = Self.scene { $0.scope.images = images.map { Glob($0) } }
    #expect(try Self.names(scene) == expected)
  }

  @Test(
    "is narrowed by states",
    arguments: [
      ([.running], ["container:web"]), ([.exited], ["container:job"]),
      ([.running, .paused], ["container:web", "container:web-db"]),
      (Set(ContainerState.allCases), all),
    ] as [(Set<ContainerState>, Set<String>)])
  func states(_ states: Set<ContainerState>, expected: Set<String>) throws {
    let scene = Self.scene { $0.policy.containerStates = states }
    #expect(try Self.names(scene) == expected)
  }

  /// Nothing that a container or an Engine leaves unsaid can hide it.
  @Test("keeps a container of which is not known whether it belongs")
  func unsaid() throws {
    let scene = Self.scene {
      $0.scope.images = [Glob("none")]
      $0.policy.containerStates = [.running]
      $0.setInspection("web", .unreadable("connection reset"))
      if var database = $0.inspection("web-db") {
        database.config.image = .missing
        database.state.status = .missing
        $0.setInspection("web-db", .found(database))
      }
      if var job = $0.inspection("job") {
        job.config.image = .missing
        job.state.status = .value("hibernating")
        $0.setInspection("job", .found(job))
      }
    }
    #expect(try Self.names(scene) == Self.all)
  }

  @Test("says so where no container is left")
  func nothingLeft() throws {
    for change in [
      { (scene: inout Scene) in scene.scope.names = [Glob("x")] },
      { (scene: inout Scene) in scene.policy.containerStates = [.dead] },
    ] {
      let findings = try Self.judged(Self.scene(change))
      #expect(findings.map(\.verdict) == [.notApplicable])
      #expect(findings.map(\.reason) == ["no container matches"])
    }
  }

  @Test("leaves an unknown list of containers unknown")
  func unreadableList() throws {
    let scene = Self.scene {
      $0.scope.names = [Glob("x")]
      $0.snapshot.engineIsUnreachable()
    }
    #expect(try Self.judged(scene).map(\.verdict) == [.unknown])
  }

  @Test("does not change what the files are")
  func files() throws {
    let check = try #require(Catalog.bySlug["file-docker-service-owner"])
    let scene = Self.scene { $0.scope.names = [Glob("x")] }
    #expect(check.evaluate(scene.context).map(\.verdict) == [.pass])
  }

  /// The state of a container is part of the evidence.
  @Test("is told with each container that does not simply run", arguments: ["paused", "exited"])
  func evidence(_ state: String) throws {
    let findings = try Self.judged(
      Self.scene { $0.policy.containerStates = ContainerState(rawValue: state).map { [$0] } })
    let finding = try #require(findings.first)
    let evidence = [finding.observed, finding.reason, finding.source].joined(separator: " ")
    #expect(evidence.contains(state))
  }
}
