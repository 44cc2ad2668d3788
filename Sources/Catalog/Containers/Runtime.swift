import HardeningModel

extension ContainerChecks {
  /// How a container is kept running, and from what.
  static let runtime: [Check] = [
    Check.ofContainers(
      "container-read-only-rootfs", stride: [.tampering],
      explanation: Explanation(
        reads: "HostConfig.ReadonlyRootfs of each container.",
        passes: "It is true.",
        threat: """
          An attacker in the container can replace its programs and leave tools there that \
          outlive a restart (tampering); where the root is read-only, only the volumes meant for \
          it can be written.
          """),
      remedy: .assist(
        .recreate,
        "Create the container again with --read-only, and volumes or --tmpfs where it writes."),
      expected: "a read-only root file system"
    ) { view in
      let readOnly = try view.hostConfig.readOnlyRootFilesystem.known(
        "HostConfig.ReadonlyRootfs", null: false)
      return .fail(if: !readOnly, "ReadonlyRootfs: \(readOnly)")
    },
    Check.ofContainers(
      "container-restart-policy", stride: [.denialOfService],
      explanation: Explanation(
        reads: "HostConfig.RestartPolicy of each container, its name and its number of tries.",
        passes: """
          There is none, or it is on-failure with 1 to 5 tries. always, unless-stopped and on- \
          failure without a number fail.
          """,
        threat: """
          A container that is started again for ever after each crash keeps the host busy, and \
          gives an attacker who makes it crash any number of tries (denial of service).
          """),
      remedy: .auto(
        .update(.restartPolicy), .none,
        """
        Set the policy on the running container: docker update --restart=on-failure:5 NAME. It then \
        does not come back by itself after a restart of dockerd or the host.
        """),
      expected: "no restart, or on-failure with 1 to 5 tries"
    ) { view in
      let policy = view.hostConfig.restartPolicy
      let name = try policy.name.known("HostConfig.RestartPolicy.Name", null: "")
      guard name == "on-failure" else {
        return .fail(if: name != "" && name != "no", "restart \(quoted(name))")
      }
      let tries = try policy.maximumRetryCount.known(
        "HostConfig.RestartPolicy.MaximumRetryCount", null: 0)
      return .fail(if: !(1...5).contains(tries), "restart on-failure, \(tries) tries")
    },
    Check.ofContainers(
      "container-healthcheck", stride: [.denialOfService],
      explanation: Explanation(
        reads: "Config.Healthcheck of each container, which is its image's unless it has its own.",
        passes: """
          Its test is a command (CMD or CMD-SHELL); NONE switches an image's off and fails. What \
          it tests, and with what result, is not judged.
          """,
        threat: """
          A service that an attacker has brought to a halt goes on counting as up while its \
          process lives, and is not replaced (denial of service).
          """),
      remedy: .assist(
        .recreate, "Give the image a HEALTHCHECK, or create the container again with --health-cmd."),
      expected: "a health check"
    ) { view in
      guard view.container.config.image != .missing else {
        throw NotReported(field: "Config")
      }
      // The Engine leaves the key out where there is no health check.
      let words = view.container.config.healthcheck.value?.kind.value ?? []
      let isCommand = words.first == "CMD" || words.first == "CMD-SHELL"
      return .fail(if: !isCommand, "health check \(words.first.map(quoted) ?? "none")")
    },
    Check.ofContainers(
      "container-image-latest", stride: [.elevationOfPrivilege], surface: .registry,
      explanation: Explanation(
        reads: """
          The image name that each container was made from, the id of the image that it runs, \
          and which image of this host the name stands for now (GET /images/json). No registry \
          is asked.
          """,
        passes: """
          The name still stands for the image that runs. A container made from a digest or an \
          image id passes, since no later pull changes what these stand for.
          """,
        threat: """
          What was pulled from the registry since then often mends a flaw; as long as the \
          container runs the older image, an attacker can use that flaw to run code in it \
          (elevation of privilege).
          """),
      remedy: .assist(.recreate, "Pull the image and create the container again from it."),
      expected: "the image that its tag points at", judge: judgeImage),
  ]

  private static func judgeImage(_ view: ContainerView) throws -> Opinion {
    guard let reference = try view.container.config.image.known("Config.Image"),
      let running = try view.container.imageID.known("Image")
    else { throw NotReported(field: "Image") }
    // Which image it runs is compared for every container, whatever is judged; here only by what name.
    let named = Compared.text(ImageReference.familiar(reference))
    if reference.contains("@") { return .pass("made from a digest").comparing(named) }
    let images: [ImageSummary]
    switch view.snapshot.images {
    case .found(let found): images = found
    case .absent: throw CannotTell("the images were not read")
    case .unreadable(let reason): throw CannotTell(reason)
    }
    let source = "GET /images/json"
    let tag = ImageReference.familiar(reference)
    if let tagged = try images.first(where: {
      try $0.tags.known("RepoTags", null: []).contains(tag)
    }) {
      return .fail(
        if: tagged.id != running,
        tagged.id == running
          ? "the image of \(tag)"
          : "older than its tag: \(tag) is \(short(tagged.id)), it runs \(short(running))"
      ).from(source).comparing(named)
    }
    if ImageReference.isID(reference, of: running) {
      return .pass("made from an image id").comparing(.verdict)
    }
    return .fail("\(tag) points at no image any more; it runs \(short(running))").from(source)
      .comparing(named)
  }

  /// The beginning of an image id, as the Docker client shows it.
  private static func short(_ id: String) -> String {
    String((id.split(separator: ":").last ?? "").prefix(12))
  }
}

/// Names of images, see the reference grammar of the distribution project.
enum ImageReference {
  /// The name as the Engine lists it: without Docker's own registry, with a tag.
  static func familiar(_ reference: String) -> String {
    var path = Substring(reference)
    for registry in ["docker.io/", "index.docker.io/"] where path.hasPrefix(registry) {
      path = path.dropFirst(registry.count)
    }
    if path.hasPrefix("library/"), path.dropFirst("library/".count).contains("/") == false {
      path = path.dropFirst("library/".count)
    }
    let last = path.split(separator: "/").last ?? path
    return last.contains(":") ? String(path) : path + ":latest"
  }

  /// Whether `text` is the id `id` or a beginning of it.
  static func isID(_ text: String, of id: String) -> Bool {
    let digits = { (text: String) in text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text }
    let text = digits(text)
    return text.count >= 4 && text.allSatisfy(\.isHexDigit) && digits(id).hasPrefix(text)
  }
}
