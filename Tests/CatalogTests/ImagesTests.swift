import Catalog
import HardeningModel
import Testing

/// What images are made of, where they come from, and how much of it a host has gathered.
@Suite("Image checks")
struct ImagesTests {
  @Test("say of one image", arguments: ImageTables.all.flatMap(\.rows))
  func images(_ row: Row) throws { try row.judge() }

  @Test("say of what a host has gathered", arguments: OperationsTables.all.flatMap(\.rows))
  func operations(_ row: Row) throws { try row.judge() }

  @Test(
    "trust an image by its name",
    arguments: [
      ("debian", "debian:12", true), ("debian", "docker.io/library/debian:12", true),
      ("docker.io/library/debian", "debian:12", true), ("debian", "evil/debian:12", false),
      ("debian", "debian-evil:12", false), ("debian:12", "debian:12", true),
      ("debian:12", "debian:123", false), ("debian:12*", "debian:12.5", true),
      ("registry.example/team/*", "registry.example/team/web:1", true),
      ("registry.example/team/*", "registry.example.evil/team/web:1", false),
      ("registry.example:5000/web", "registry.example:5000/web:1", true),
      ("team/*", "registry.example/team/web:1", false), ("team/*", "team/web:1", true),
      ("*", "anything/at/all:1", true),
      ("debian", "debian@sha256:\(digits)", true), ("debian:12", "debian@sha256:\(digits)", false),
      ("debian@sha256:\(digits)", "debian@sha256:\(digits)", true),
      ("debian@sha256:\(digits)", "evil@sha256:\(digits)", false),
      ("sha256:\(digits)", "evil@sha256:\(digits)", true),
      ("sha256:\(digits)", "evil:\(digits)", false),
    ])
  func trust(_ pattern: String, _ name: String, matches: Bool) throws {
    #expect(try #require(TrustedImage(pattern)).matches(name) == matches)
  }

  static let digits = String(repeating: "0a", count: 32)

  @Test("narrow to the images of chosen containers")
  func scope() throws {
    var scene = Scene()
    scene.snapshot.images = .found([
      ImageSummary(id: Container.sampleImageID, tags: ["web:1.0"]),
      ImageSummary(id: "sha256:1", tags: ["other:1"]),
    ])
    scene.scope.names = [Glob("web")]
    let check = try #require(Catalog.bySlug["image-healthcheck"])
    #expect(check.evaluate(scene.context).map(\.subject.description) == ["image:web:1.0"])
    scene.scope = ContainerScope()
    #expect(check.evaluate(scene.context).count == 2)
  }
}

extension Scene {
  /// What is known of the sample image.
  fileprivate var facts: ImageFacts {
    get { snapshot.imageFacts[Container.sampleImageID] ?? .sample }
    set { snapshot.imageFacts[Container.sampleImageID] = newValue }
  }

  fileprivate var history: ImageHistory {
    get { facts.history.value ?? ImageHistory(stepCount: 0) }
    set { facts.history = .found(newValue) }
  }

  fileprivate mutating func change(_ change: (inout ImageSummary) -> Void) {
    snapshot.images = snapshot.images.map { images in
      images.map {
        var image = $0
        change(&image)
        return image
      }
    }
  }
}

enum ImageTables {
  static let all = [
    user, trusted, minimal, rebuilt, verified, signatures, health, files, secrets, updates,
    additions,
  ]

  static let user = Table.ofContainers(
    "image-non-root-user",
    [
      .passes("a process of a plain user", observed: "uid 1000") { _ in },
      .fails("a process of root", observed: "root") { $0.webProcess.users = .found([0, 0, 0, 0]) },
      .fails("a process that can become root again", observed: "saved") {
        $0.webProcess.users = .found([1000, 1000, 0, 1000])
      },
      .fails("a process of root though another user is configured", observed: "root") {
        $0.web.config.user = .value("app")
        $0.webProcess.users = .found([0, 0, 0, 0])
      },
      .passes("a process that gave root up") { $0.web.config.user = .value("root") },
      configured(.standard, "", .fail), configured(.fail, "root", .fail),
      configured(.fail, "0", .fail), configured(.fail, "0:0", .fail),
      configured(.fail, "00", .fail),
      configured(.fail, "+0:5", .fail), configured(.fail, "root:app", .fail),
      configured(.fail, ":0", .fail), configured(.pass, "1000", .pass),
      configured(.pass, "1000:0", .pass), configured(.absent, "app", .unknown),
      configured(.absent, "Root", .unknown), configured(.malformed, "-1", .unknown),
      configured(.malformed, "4294967296", .unknown),
      configured(.malformed, "99999999999999999999", .unknown),
      Row(.absent, "an Engine that does not say", .unknown, reason: "Config.User") {
        $0.web.stop()
        $0.web.config.user = .missing
      },
      Row(.unreadable, "users that cannot be read", .unknown, reason: "denied") {
        $0.webProcess.users = .unreadable("permission denied")
      },
      Row(.malformed, "a process with no users", .unknown) { $0.webProcess.users = .found([]) },
    ])

  private static func configured(_ kind: Kind, _ user: String, _ verdict: Verdict) -> Row {
    Row(kind, "stopped, configured as '\(user)'", verdict) {
      $0.web.stop()
      $0.web.config.user = .value(user)
    }
  }

  /// The rows that every check of images has.
  private static func table(_ slug: String, _ rows: [Row]) -> Table {
    Table(
      slug, subject: "image:web:1.0",
      rows + [
        Row(.absent, "no images", .notApplicable, subject: "daemon", reason: "image") {
          $0.snapshot.images = .found([])
        },
        Row(.unreadable, "an Engine that cannot be reached", .unknown, subject: "daemon") {
          $0.snapshot.engineIsUnreachable()
        },
      ])
  }

  private static func needsHistory(_ slug: String, _ rows: [Row]) -> Table {
    table(
      slug,
      rows + [
        Row(.unreadable, "a history that could not be had", .unknown, reason: "too large") {
          $0.facts.history = .unreadable("too large")
        },
        Row(.malformed, "an image that was not inspected", .unknown) {
          $0.snapshot.imageFacts = [:]
        },
      ])
  }

  static let trusted = table(
    "image-trusted-base",
    [
      Row(.standard, "no list", .manual, reason: "trustedImages") { _ in },
      trust(.pass, "its repository", ["web"], .pass), trust(.pass, "its tag", ["web:1.0"], .pass),
      trust(.fail, "another tag", ["web:2"], .fail), trust(.fail, "an empty list", [], .fail),
      trust(.pass, "its id", [Container.sampleImageID.replacing("a1b2", with: "a1b2")], .pass),
      Row(.fail, "a trusted tag on what another registry gave", .fail) {
        $0.policy.trustedImages = [TrustedImage("web")].compactMap { $0 }
        $0.change { $0.digests = .value(["evil/web@sha256:\(ImagesTests.digits)"]) }
      },
      Row(.pass, "the digest of a trusted repository", .pass) {
        $0.policy.trustedImages = [TrustedImage("registry.example/*")].compactMap { $0 }
        $0.change { $0.digests = .value(["registry.example/web@sha256:\(ImagesTests.digits)"]) }
      },
      Row(.malformed, "names for having none", .fail, subject: "image:" + Container.sampleImageID) {
        $0.policy.trustedImages = [TrustedImage("*")].compactMap { $0 }
        $0.change {
          $0.tags = .value(["<none>:<none>"])
          $0.digests = .value(["<none>@<none>"])
        }
      },
      Row(.absent, "an Engine that does not say", .unknown, reason: "RepoDigests") {
        $0.change { $0.digests = .missing }
      },
    ])

  private static func trust(_ kind: Kind, _ name: String, _ list: [String], _ verdict: Verdict)
    -> Row
  {
    Row(kind, "a list with " + name, verdict) {
      $0.policy.trustedImages = list.compactMap { TrustedImage($0) }
    }
  }

  static let minimal = needsHistory(
    "image-minimal-packages",
    [
      Row(.standard, "an image", .manual, observed: "5 MB, 3 layers, 1 step that installs packages")
      { _ in },
      Row(.absent, "an image whose layers are not told", .unknown) {
        $0.facts.layerCount = .unreadable("the Engine did not report RootFS")
      },
    ])

  static let rebuilt = table(
    "image-scanned-and-rebuilt",
    [
      Row(.standard, "no age configured", .manual, observed: "1 days ago") { _ in },
      age(.standard, "younger than allowed", 1, .manual),
      Row(.fail, "older than allowed", .fail, observed: "2025-01-01") {
        $0.policy.maximumImageAge = 30
        $0.change { $0.created = .value(1_735_689_600) }
      },
      Row(.malformed, "the date of a reproducible build", .unknown, reason: "1970-01-01") {
        $0.policy.maximumImageAge = 30
        $0.change { $0.created = .value(0) }
      },
      Row(.malformed, "a date to come", .unknown) {
        $0.policy.maximumImageAge = 30
        $0.change { $0.created = .value(4_000_000_000) }
      },
      Row(.malformed, "a snapshot without time", .unknown) { $0.snapshot.startedAt = "yesterday" },
      Row(.absent, "an Engine that does not say", .unknown) { $0.change { $0.created = .missing } },
    ])

  private static func age(_ kind: Kind, _ name: String, _ limit: Int, _ verdict: Verdict) -> Row {
    Row(kind, name, verdict) {
      $0.policy.maximumImageAge = limit
      $0.change { $0.created = .value(1_767_225_600 + 43_200) }
    }
  }

  static let verified = needsHistory(
    "image-verified-packages",
    [
      Row(.standard, "an image", .manual, observed: "1 step installs packages") { _ in },
      Row(.absent, "options that switch signatures off", .manual, observed: "--nogpgcheck") {
        $0.history.installations = [
          .init(step: 2, command: "yum install", unverified: ["--nogpgcheck"])
        ]
      },
    ])

  static let signatures = table(
    "image-signatures-validated",
    [
      Row(.standard, "built here", .manual, observed: "no registry") { _ in },
      Row(.malformed, "a digest for having none", .manual, observed: "no registry") {
        $0.change { $0.digests = .value(["<none>@<none>"]) }
      },
      Row(.absent, "an Engine that does not say", .unknown) { $0.change { $0.digests = .missing } },
    ])

  static let health = table(
    "image-healthcheck",
    [
      .passes("a command") { $0.facts.healthCheck = .found("CMD") },
      .fails("NONE") { $0.facts.healthCheck = .found("NONE") },
      Row(.standard, "none", .fail) { $0.facts.healthCheck = .absent },
      Row(.malformed, "another word", .fail) { $0.facts.healthCheck = .found("cmd") },
      Row(.unreadable, "one that could not be had", .unknown) {
        $0.facts.healthCheck = .unreadable("timed out")
      },
    ])

  static let files = table(
    "image-setuid-setgid",
    [
      Row(.standard, "none", .pass, observed: "none") { _ in },
      .fails("one", observed: "'/bin/su' 4755 0:0") { $0.facts.privilegedFiles = .found([su]) },
      .passes("one that is allowed") {
        $0.policy.allowedSetuidPaths = ["/bin/su"]
        $0.facts.privilegedFiles = .found([su])
      },
      .fails("one beneath what is allowed", observed: "/bin/su/x") {
        $0.policy.allowedSetuidPaths = ["/bin/su"]
        $0.facts.privilegedFiles = .found([su, file("/bin/su/x")])
      },
      .fails("one that only looks like what is allowed") {
        $0.policy.allowedSetuidPaths = ["/bin/caf\u{E9}"]
        $0.facts.privilegedFiles = .found([file("/bin/cafe\u{301}")])
      },
      Row(.malformed, "very many", .fail, observed: "and 950 more") {
        $0.facts.privilegedFiles = .found((0..<1000).map { file("/\($0)") })
      },
      Row(.absent, "layers that were not looked at", .unknown) {
        $0.facts.privilegedFiles = .absent
      },
      Row(.unreadable, "layers that cannot be read", .unknown, reason: "denied") {
        $0.facts.privilegedFiles = .unreadable("permission denied")
      },
    ])

  private static let su = file("/bin/su")
  private static func file(_ path: String) -> PrivilegedFile {
    PrivilegedFile(path: path, mode: 0o4755, uid: 0, gid: 0)
  }

  static let secrets = needsHistory(
    "image-secrets",
    [
      Row(.standard, "none", .pass, observed: "none found") { _ in },
      .passes("an image without environment and labels") { $0.facts.secrets = .found([]) },
      .fails("one in the environment", observed: "password in ENV A_PASSWORD (7 bytes)") {
        $0.facts.secrets = .found([.init(kind: "password", place: "ENV A_PASSWORD", length: 7)])
      },
      .fails("one in the history", observed: "history step 2") {
        $0.history.secrets = [
          .init(kind: "AWS access key", place: "history step 2 (RUN)", length: 20)
        ]
      },
      .fails("one in the environment, and a history that could not be had") {
        $0.facts.secrets = .found([.init(kind: "password", place: "ENV A", length: 7)])
        $0.facts.history = .unreadable("timed out")
      },
      Row(.absent, "an Engine that reports no configuration", .unknown) {
        $0.facts.secrets = .unreadable("the Engine did not report Config")
      },
    ])

  static let updates = needsHistory(
    "image-update-instructions",
    [
      .passes("a step that installs as well") { _ in },
      Row(.standard, "a history of no steps", .pass) { $0.history = ImageHistory(stepCount: 0) },
      .fails("a refresh alone", observed: "step 2: apt-get update") {
        $0.history.refreshes = [.init(step: 2, command: "apt-get update")]
      },
      .fails("a refresh of a base image", observed: "step 2 (of 'base:1')") {
        $0.history.refreshes = [.init(step: 2, command: "apt-get update")]
        $0.history.bases = [.init(step: 1, id: "sha256:9"), .init(step: 4, id: "sha256:8")]
        $0.snapshot.images = .found(
          ($0.snapshot.images.value ?? []) + [ImageSummary(id: "sha256:8", tags: ["base:1"])])
      },
      Row(.absent, "a script that cannot be looked into", .manual, reason: "setup.sh") {
        $0.history.refreshes = [.init(step: 2, command: "apk update", mayInstall: "setup.sh")]
      },
    ])

  static let additions = needsHistory(
    "image-copy-not-add",
    [
      .passes("the root file system alone", observed: "but the root file system") { _ in },
      Row(.standard, "a history without ADD", .pass) { $0.history.additions = [] },
      .fails("another ADD", observed: "step 4: ADD a /a") {
        $0.history.additions.append(.init(step: 4, what: "ADD a /a", isRootFileSystem: false))
      },
      Row(.absent, "a history of no steps", .pass) { $0.history = ImageHistory(stepCount: 0) },
    ])
}

enum OperationsTables {
  static let all = [images, containers]

  static let images = Table(
    "ops-image-sprawl", subject: "daemon",
    [
      Row(.standard, "no number configured", .manual, observed: "1 image, 0 unused, 0 dangling") {
        _ in
      },
      unused(.pass, 2, .pass), unused(.fail, 1, .fail),
      Row(.absent, "no images", .pass, observed: "0 images") {
        $0.policy.maximumUnusedImages = 0
        $0.snapshot.images = .found([])
      },
      Row(.malformed, "a container whose image is not told", .unknown) {
        $0.web.imageID = .missing
      },
      Row(.unreadable, "a container that cannot be inspected", .unknown, reason: "reset") {
        $0.setInspection("web", .unreadable("connection reset"))
      },
      Row(.unreadable, "images that cannot be listed", .unknown) {
        $0.snapshot.images = .unreadable("timed out")
      },
    ])

  private static func unused(_ kind: Kind, _ most: Int, _ verdict: Verdict) -> Row {
    Row(kind, "two unused of \(most)", verdict, observed: "3 images, 2 unused, 1 dangling") {
      $0.policy.maximumUnusedImages = most
      $0.snapshot.images = .found([
        ImageSummary(id: Container.sampleImageID, tags: ["web:1.0"]),
        ImageSummary(id: "sha256:1", tags: ["<none>:<none>"], digests: ["<none>@<none>"]),
        ImageSummary(id: "sha256:2", tags: ["old:1"]),
      ])
    }
  }

  static let containers = Table(
    "ops-container-sprawl", subject: "daemon",
    [
      Row(.standard, "no number configured", .manual, observed: "1 container, 0 stopped") { _ in },
      stopped(.pass, "exited", 1, .pass), stopped(.fail, "exited", 0, .fail),
      stopped(.fail, "created", 0, .fail), stopped(.fail, "dead", 0, .fail),
      stopped(.pass, "paused", 0, .pass), stopped(.pass, "restarting", 0, .pass),
      stopped(.malformed, "nonsense", 0, .unknown),
      Row(.absent, "no containers", .pass, observed: "0 containers") {
        $0.policy.maximumStoppedContainers = 0
        $0.snapshot.containers = .found([])
      },
      Row(.absent, "a state that is not told", .unknown) { $0.web.state.status = .missing },
      Row(.unreadable, "a container that cannot be inspected", .unknown) {
        $0.setInspection("web", .unreadable("connection reset"))
      },
    ])

  private static func stopped(_ kind: Kind, _ state: String, _ most: Int, _ verdict: Verdict) -> Row
  {
    Row(kind, "one \(state), \(most) allowed", verdict) {
      $0.policy.maximumStoppedContainers = most
      $0.web.state.status = .value(state)
    }
  }
}
