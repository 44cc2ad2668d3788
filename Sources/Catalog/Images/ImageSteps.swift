import HardeningModel

extension ImageChecks {
  /// How images were built.
  static let steps: [Check] = [
    Check.ofImages(
      "image-update-instructions", stride: [.elevationOfPrivilege, .tampering],
      explanation: Explanation(
        reads: """
          Every step of each image's history, as a shell script: the commands that refresh a package index, \
          and those that install from it.
          """,
        passes: """
          Fails for a step that refreshes an index and installs nothing by it. Where such a step runs a script \
          that cannot be looked into, a person has to judge.
          """,
        threat: """
          Builders keep a step as it once was, so that a later step installs from an index that is long out of \
          date, with all the flaws mended since: elevation of privilege and tampering that come with the \
          image.
          """),
      remedy: .assist(
        .recreate,
        "Join the update with the installation in one RUN instruction, and build the image again without "
          + "cache."),
      expected: "no step that only refreshes the package index"
    ) { view in
      let history = try view.known(\.history, "its history")
      let alone = history.refreshes.filter { $0.mayInstall == nil }
      func words(_ refresh: ImageHistory.Refresh) -> String {
        "\(view.place(ofStep: refresh.step, in: history)): \(refresh.command)"
      }
      if !alone.isEmpty { return .fail(listed(alone.map(words))).from(ImageChecks.history) }
      if let unseen = history.refreshes.first, let name = unseen.mayInstall {
        return .manual(listed(history.refreshes.map(words))).from(ImageChecks.history)
          .because("the same step runs \(quoted(name)), which may install")
      }
      return .pass("none of \(history.stepCount) steps").from(ImageChecks.history)
    },
    Check.ofImages(
      "image-copy-not-add", stride: [.tampering],
      explanation: Explanation(
        reads:
          "The instruction of every step of each image's history, those of its base images included.",
        passes: """
          Fails for an ADD, other than the archive that is the root file system of an image made from nothing.
          """,
        threat: """
          ADD fetches addresses and unpacks archives, so that whoever controls one of these writes files of \
          his choice into the image: tampering, brought in with the image from its registry.
          """),
      remedy: .assist(
        .recreate,
        "Use COPY in the Dockerfile; download in a RUN step that checks a digest. Build the image again."
      ),
      expected: "no ADD but for a base root file system"
    ) { view in
      let history = try view.known(\.history, "its history")
      let additions = history.additions.filter { !$0.isRootFileSystem }.map {
        "\(view.place(ofStep: $0.step, in: history)): \($0.what)"
      }
      if additions.isEmpty {
        let isFromRoot = !history.additions.isEmpty
        return .pass(
          "none of \(history.stepCount) steps" + (isFromRoot ? " but the root file system" : "")
        ).from(ImageChecks.history)
      }
      return .fail(listed(additions)).from(ImageChecks.history)
    },
  ]
}
