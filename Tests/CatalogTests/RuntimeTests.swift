import HardeningModel
import Testing

/// How a container is kept running, and from what.
@Suite("Runtime checks")
struct RuntimeTests {
  @Test("say of the root file system", arguments: RuntimeTables.readOnly.rows)
  func readOnly(_ row: Row) throws { try row.judge() }

  @Test("say of restarts", arguments: RuntimeTables.restarts.rows)
  func restart(_ row: Row) throws { try row.judge() }

  @Test("say of health", arguments: RuntimeTables.health.rows)
  func health(_ row: Row) throws { try row.judge() }

  @Test("say of the image", arguments: RuntimeTables.image.rows)
  func image(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum RuntimeTables {
  static let all = [readOnly, restarts, health, image]

  static let readOnly = Table.ofContainers(
    "container-read-only-rootfs",
    [
      .passes("read-only", observed: "true") { _ in },
      .fails("writable", observed: "false") {
        $0.web.hostConfig.readOnlyRootFilesystem = .value(false)
      },
      .fails("writable, and stopped") {
        $0.web.stop()
        $0.web.hostConfig.readOnlyRootFilesystem = .value(false)
      },
      Row(.standard, "null", .fail) { $0.web.hostConfig.readOnlyRootFilesystem = .null },
      Row(.absent, "an Engine that does not say", .unknown, reason: "ReadonlyRootfs") {
        $0.web.hostConfig.readOnlyRootFilesystem = .missing
      },
      .wrongType("HostConfig.ReadonlyRootfs", .natural(1)),
    ])

  static let restarts = Table.ofContainers(
    "container-restart-policy",
    [
      restart(.pass, "never", "no", 0),
      restart(.pass, "one try", "on-failure", 1, observed: "1 tries"),
      restart(.pass, "five tries", "on-failure", 5),
      restart(.fail, "without an end", "on-failure", 0),
      restart(.fail, "six tries", "on-failure", 6, observed: "6 tries"),
      restart(.fail, "less than nothing", "on-failure", -1),
      restart(.fail, "always", "always", 0, observed: "always"),
      restart(.fail, "always, with a number", "always", 5),
      restart(.fail, "unless stopped", "unless-stopped", 0),
      .fails("always, and stopped") {
        $0.web.stop()
        $0.web.hostConfig.restartPolicy.name = .value("always")
      },
      restart(.standard, "nothing set", "", 0),
      Row(.standard, "null", .pass) { $0.web.hostConfig.restartPolicy.name = .null },
      Row(.standard, "on failure, with null", .fail) {
        $0.web.hostConfig.restartPolicy.maximumRetryCount = .null
      },
      Row(.absent, "an Engine that does not say", .unknown, reason: "RestartPolicy") {
        $0.web.hostConfig.restartPolicy = Container.RestartPolicy()
      },
      Row(.absent, "an Engine that does not say how often", .unknown, reason: "Retry") {
        $0.web.hostConfig.restartPolicy.maximumRetryCount = .missing
      },
      restart(.malformed, "a policy that does not exist", "sometimes", 0, .fail),
      restart(.malformed, "a policy in capitals", "ON-FAILURE", 5, .fail),
      .wrongType("HostConfig.RestartPolicy.MaximumRetryCount", .text("5")),
    ])

  private static func restart(
    _ kind: Kind, _ name: String, _ policy: String, _ tries: Int, _ verdict: Verdict? = nil,
    observed: String? = nil
  ) -> Row {
    Row(kind, name, verdict ?? (kind == .fail ? .fail : .pass), observed: observed) {
      $0.web.hostConfig.restartPolicy.name = .value(policy)
      $0.web.hostConfig.restartPolicy.maximumRetryCount = .value(tries)
    }
  }

  static let health = Table.ofContainers(
    "container-healthcheck",
    [
      .passes("a command for a shell", observed: "CMD-SHELL") { $0.web.checks("CMD-SHELL") },
      .passes("a command", observed: "CMD") { $0.web.checks("CMD") },
      .passes("stopped, with a command") {
        $0.web.stop()
        $0.web.checks("CMD")
      },
      .fails("none", observed: "NONE") { $0.web.checks("NONE") },
      // The Engine takes only CMD and CMD-SHELL for one, and runs nothing for any other word.
      .fails("a command without its CMD") { $0.web.checks("curl") },
      .fails("a word in lower case") { $0.web.checks("cmd") },
      .fails("an empty word") { $0.web.checks("") },
      Row(.standard, "no words, which takes the image's", .fail) { $0.web.checks() },
      Row(.standard, "words that are null", .fail) {
        var check = Container.Healthcheck()
        check.kind = .null
        $0.web.config.healthcheck = .value(check)
      },
      Row(.absent, "an Engine leaves it out where there is none", .fail) {
        $0.web.config.healthcheck = .missing
      },
      Row(.absent, "only an interval", .fail) {
        $0.web.config.healthcheck = .value(Container.Healthcheck())
      },
      Row(.absent, "null", .fail) { $0.web.config.healthcheck = .null },
      Row(.absent, "an Engine that says nothing of the configuration", .unknown) {
        $0.web.config = Container.Config()
      },
      .wrongType("Config.Healthcheck", .text("CMD")),
      .wrongType("Config.Healthcheck.Test", .text("CMD")),
    ])
}

extension RuntimeTables {
  static let image = Table.ofContainers(
    "container-image-latest",
    [
      .passes("the image of its tag", observed: "web:1.0") { _ in },
      image(.pass, "a tag beside others", "web:2", tags: [("sample", ["web:1", "web:2"])]),
      image(.pass, "a name without a tag", "web", tags: [("sample", ["web:latest"])]),
      image(
        .pass, "a name of Docker's registry", "docker.io/library/web:1",
        tags: [("sample", ["web:1"])]),
      image(
        .pass, "a name of Docker's registry, as it used to be", "index.docker.io/library/web",
        tags: [("sample", ["web:latest"])]),
      image(
        .pass, "a user of Docker's registry", "docker.io/me/web",
        tags: [("sample", ["me/web:latest"])]),
      image(
        .pass, "a registry with a port, and no tag", "registry.example:5000/web",
        tags: [("sample", ["registry.example:5000/web:latest"])]),
      image(
        .pass, "a digest", "web@sha256:" + String(repeating: "0", count: 64), tags: [],
        observed: "digest"),
      image(
        .pass, "a tag and a digest", "web:1@sha256:" + String(repeating: "0", count: 64),
        tags: [("other", ["web:1"])]),
      image(.pass, "an image id", Container.sampleImageID, tags: [], observed: "id"),
      image(.pass, "the beginning of an image id", "a1b2a1b2a1b2", tags: []),
      image(.pass, "the beginning of an image id, with its kind", "sha256:a1b2a1b2", tags: []),
      image(
        .fail, "a tag that has moved", "web:1.0",
        tags: [("other", ["web:1.0"]), ("sample", [])], observed: "older than its tag"),
      image(
        .fail, "a name without a tag that has moved", "web",
        tags: [("sample", ["web:1.0"]), ("other", ["web:latest"])], observed: "older than its tag"),
      image(.fail, "a tag that is gone", "web:1.0", tags: [("sample", [])], observed: "no image"),
      image(
        .fail, "the same tag of another registry", "registry.example/web:1.0",
        tags: [("sample", ["web:1.0"])]),
      image(
        .fail, "the beginning of another image's id", "c3d4c3d4c3d4", tags: [("sample", [])]),
      image(
        .fail, "a tag that looks like the beginning of its id, and has moved", "a1b2:latest",
        tags: [("other", ["a1b2:latest"])]),
      .fails("stopped, and the tag has moved") {
        $0.web.stop()
        $0.snapshot.images = .found([ImageSummary(id: "sha256:0", tags: ["web:1.0"])])
      },
      Row(.standard, "an image without tags beside it", .pass) {
        var untagged = ImageSummary(id: "sha256:0", tags: [])
        untagged.tags = .null
        $0.snapshot.images = $0.snapshot.images.map { [untagged] + $0 }
      },
      Row(.absent, "an Engine that does not say what it was made from", .unknown) {
        $0.web.config.image = .missing
      },
      Row(.absent, "an Engine that does not say what it runs", .unknown, reason: "Image") {
        $0.web.imageID = .missing
      },
      Row(.absent, "null for what it runs", .unknown) { $0.web.imageID = .null },
      Row(.absent, "an Engine that says nothing of tags", .unknown, reason: "RepoTags") {
        var image = ImageSummary(id: Container.sampleImageID, tags: [])
        image.tags = .missing
        $0.snapshot.images = .found([image])
      },
      .wrongType("Config.Image", .natural(1)),
      .wrongType("Image", .list([])),
      Row(.unreadable, "images that could not be listed", .unknown, reason: "timed out") {
        $0.snapshot.images = .unreadable("timed out")
      },
      Row(.unreadable, "images that were not listed", .unknown) { $0.snapshot.images = .absent },
    ])

  /// `web` was made from `reference`, and images have these tags; it runs the one called `sample`.
  private static func image(
    _ kind: Kind, _ name: String, _ reference: String, tags: [(id: String, tags: [String])],
    observed: String? = nil
  ) -> Row {
    Row(kind, name, kind == .fail ? .fail : .pass, observed: observed) {
      $0.web.config.image = .value(reference)
      $0.snapshot.images = .found(
        tags.map { image in
          ImageSummary(
            id: image.id == "sample"
              ? Container.sampleImageID : "sha256:" + String(repeating: "c3d4", count: 16),
            tags: image.tags)
        })
    }
  }
}

extension Container {
  fileprivate mutating func checks(_ words: String...) {
    var check = Healthcheck()
    check.kind = .value(words)
    config.healthcheck = .value(check)
  }
}
