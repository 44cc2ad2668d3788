import HardeningModel

extension ImageChecks {
  /// Where images come from, and how old they are.
  static let origin: [Check] = [
    Check.ofImages(
      "image-trusted-base", stride: [.spoofing, .tampering],
      explanation: Explanation(
        reads: """
          The names and registry digests of every image that a container was made from, and the list \
          trustedImages of the configuration.
          """,
        passes: """
          Passes when the list has a repository, a tag or a digest that the image is known under; what the \
          registry says counts before a local tag. Without a list a person has to judge.
          """,
        threat: """
          An image runs with all the rights that its container is given, so whoever can have another one \
          pulled runs code of his own choice. That is spoofing of a publisher and tampering, by way of the \
          registry.
          """),
      remedy: .assist(
        .recreate,
        "Name the repositories that you trust in trustedImages, and create the container again from an "
          + "image of one of them, by its digest."),
      expected: "an image that trustedImages has", onlyInUse: true, judge: judgeOrigin),
    Check.ofImages(
      "image-minimal-packages", stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads:
          "The size of each image, its layers, and the steps of its history that install packages.",
        passes: "Never by itself: which packages are needed only a person can tell.",
        threat: """
          Every package that is not needed is code in which a flaw may be found, and a tool for whoever is \
          already inside: elevation of privilege, brought in with the image from its registry.
          """),
      remedy: .assist(
        .recreate,
        "Build on a small base image, install only what the program needs, and keep build tools in a stage "
          + "of their own."),
      expected: "only the packages that are needed"
    ) { view in
      let history = try view.known(\.history, "its history")
      let layers = try view.known(\.layerCount, "the number of its layers")
      let steps = history.installations.count
      var parts = [
        counted(layers, "layer"),
        "\(counted(steps, "step")) that \(steps == 1 ? "installs" : "install") packages",
      ]
      if let size = view.image.size.value {
        parts.insert("\((size + 500_000) / 1_000_000) MB", at: 0)
      }
      return .manual(parts.joined(separator: ", ")).from("\(list), \(ImageChecks.history)")
    },
    Check.ofImages(
      "image-scanned-and-rebuilt", stride: [.elevationOfPrivilege, .tampering],
      explanation: Explanation(
        reads: "When each image was built, and maximumImageAge of the configuration.",
        passes: """
          Fails when the image is older than maximumImageAge; otherwise a person has to judge, since nothing \
          on the host tells whether it was scanned.
          """,
        threat: """
          An image that is never built again keeps the flaws that were found since in what it contains, and \
          anybody can look them up: elevation of privilege and tampering by way of the registry.
          """),
      remedy: .assist(
        .recreate,
        "Scan the image for known flaws, build it again without cache on a fresh base, and create its "
          + "containers again."),
      expected: "scanned and rebuilt regularly", judge: judgeAge),
    Check.ofImages(
      "image-verified-packages", stride: [.tampering, .spoofing],
      explanation: Explanation(
        reads: """
          The steps of each image's history that install packages, and the options in them that switch off \
          the check of signatures.
          """,
        passes: "Never by itself: what a step downloads besides packages is not judged.",
        threat: """
          A package whose signature nobody checks may be anybody's: whoever stands between the builder and \
          the mirror has his code in the image. That is tampering and spoofing by way of the registry.
          """),
      remedy: .assist(
        .recreate,
        "Take the options that switch off signatures out of the Dockerfile, install from signed "
          + "repositories only, and build the image again."),
      expected: "only packages with checked signatures"
    ) { view in
      let history = try view.known(\.history, "its history")
      let loose = history.installations.filter { !$0.unverified.isEmpty }.map {
        "\(view.place(ofStep: $0.step, in: history)): \($0.command) "
          + $0.unverified.joined(separator: " ")
      }
      let count = history.installations.count
      return .manual(
        loose.isEmpty
          ? "\(counted(count, "step")) \(count == 1 ? "installs" : "install") packages, none without checking signatures by its options"
          : "signatures are not checked by \(listed(loose))"
      ).from(ImageChecks.history)
    },
    Check.ofImages(
      "image-signatures-validated", stride: [.spoofing, .tampering, .repudiation],
      explanation: Explanation(
        reads: "The digests by which registries know each image.",
        passes: "Never by itself: an Engine does not keep whether a signature was validated.",
        threat: """
          Without a validated signature nothing ties an image to those who say they made it: spoofing, \
          tampering and repudiation by way of the registry.
          """),
      remedy: .assist(
        .none,
        "Sign images with Sigstore (cosign) or Notation, validate the signature before an image is run, and "
          + "run images by their digests."),
      expected: "a validated signature"
    ) { view in
      guard let digests = try view.image.digests.known("RepoDigests"), !digests.isEmpty else {
        return .manual("no registry knows it: built or imported here").from(list)
      }
      let own = view.image.ownDigests
      return .manual(
        own.isEmpty ? "no registry knows it: built or imported here" : listed(own, limit: 5)
      ).from(list)
    },
  ]

  private static func judgeOrigin(_ view: ImageView) throws -> Opinion {
    _ = try view.image.tags.known("RepoTags", null: [])
    _ = try view.image.digests.known("RepoDigests", null: [])
    let (tags, digests) = (view.image.ownTags, view.image.ownDigests)
    let names = tags + digests
    let observed = names.isEmpty ? "no tag and no digest" : listed(names, limit: 5)
    guard let trusted = view.context.policy.trustedImages else {
      return .manual(observed).from(list).because("trustedImages is not configured")
    }
    // A tag can be put on any image; where a registry knows it, that counts.
    let candidates = digests.isEmpty ? tags : digests
    if let name = candidates.first(where: { name in trusted.contains { $0.matches(name) } }) {
      return .pass(quoted(name) + (digests.isEmpty ? ", by its local tag" : "")).from(list)
    }
    if trusted.contains(where: { $0.matches(id: view.image.id) }) {
      return .pass(view.image.id).from(list)
    }
    // A digest says of which repository it is, and a pattern may ask for a tag.
    let repositories = Set(digests.map(TrustedImage.repository))
    let tagged = tags.filter { repositories.contains(TrustedImage.repository($0)) }
    if let name = tagged.first(where: { name in trusted.contains { $0.matches(name) } }) {
      return .pass(quoted(name)).from(list)
    }
    return .fail(observed).from(list)
  }

  private static func judgeAge(_ view: ImageView) throws -> Opinion {
    guard let created = try view.image.created.known("Created") else {
      throw CannotTell("the Engine does not say when it was built")
    }
    guard let now = Timestamp.seconds(rfc3339: view.context.snapshot.startedAt) else {
      throw CannotTell("the snapshot does not say when it was taken")
    }
    let age = now - created
    // Reproducible builds give a fixed date, and an image from before Docker existed has none.
    guard created > 1_356_998_400, age > -86_400 else {
      if view.context.policy.maximumImageAge != nil {
        throw CannotTell("it does not say when it was built: \(Timestamp.day(of: created))")
      }
      return .manual("built at an unknown time (\(Timestamp.day(of: created)))").from(list)
    }
    let observed = "built \(Timestamp.day(of: created)), \(max(0, age / 86_400)) days ago"
    if let limit = view.context.policy.maximumImageAge, age > limit * 86_400 {
      return .fail(observed).from(list).because("older than maximumImageAge, \(limit) days")
    }
    return .manual(observed).from(list).because("whether it was scanned is not known here")
  }
}
