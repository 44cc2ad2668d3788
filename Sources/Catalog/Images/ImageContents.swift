import HardeningModel

extension ImageChecks {
  /// What images have in them.
  static let contents: [Check] = [
    Check.ofImages(
      "image-healthcheck", stride: [.denialOfService],
      explanation: Explanation(
        reads: "The health check in each image's configuration.",
        passes: "Passes when there is one that is not NONE.",
        threat: """
          Without it, a program that hangs passes for one that works, and an attack that stops it from \
          serving is not noticed: denial of service, of whatever is run from the image.
          """),
      remedy: .assist(
        .recreate,
        "Give the image a HEALTHCHECK instruction, build it and create its containers again."),
      expected: "a health check"
    ) { view in
      switch view.facts.healthCheck {
      case .unreadable(let reason): throw CannotTell(reason)
      case .absent: return .fail("health check none").from(inspection)
      case .found(let kind):
        return .fail(if: kind != "CMD" && kind != "CMD-SHELL", "health check \(quoted(kind))").from(
          inspection)
      }
    },
    Check.ofImages(
      "image-setuid-setgid", stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads: """
          The directories in which the Engine keeps the image's layers, without following any link in them, \
          and from them the regular files with setuid or setgid that the image shows: whiteouts and opaque \
          directories of higher layers hide what they hide in a container.
          """,
        passes: """
          Passes when there is no such file, or only those of allowedSetuidPaths. Unknown where the layers \
          cannot be read, or not in time.
          """,
        threat: """
          Such a file runs with the rights of its owner, mostly root, whoever starts it; a flaw in one gives \
          a plain user of the container root in it. That is elevation of privilege.
          """),
      remedy: .assist(
        .recreate,
        "Clear the bits when the image is built, RUN chmod a-s FILE in the step that installs it, or run its "
          + "containers with --security-opt no-new-privileges, which makes them void."),
      expected: "no file with setuid or setgid", judge: judgeFiles),
    Check.ofImages(
      "image-secrets", stride: [.informationDisclosure],
      explanation: Explanation(
        reads: """
          The environment, labels and history of each image, for what looks like a private key, a key of a \
          cloud or service, a token or a password. What was found is told by kind, place and length only.
          """,
        passes: """
          Passes when nothing is found. Files in layers are not searched, and what stands for a secret \
          (a variable, a file below /run/secrets, changeme) is none.
          """,
        threat: """
          Environment, labels and history go with the image to everybody who may pull or inspect it, and stay \
          in it when a later step removes them. That is information disclosure by way of the registry.
          """),
      remedy: .assist(
        .recreate,
        "Revoke the secret, since all who have the image have it. Build the image again with RUN "
          + "--mount=type=secret, and give secrets to containers when they start, as files."),
      expected: "no secret in environment, labels and history"
    ) { view in
      let own = try view.known(\.secrets, "its environment")
      var found = own.map(words)
      // What is known already fails, whatever else there may be.
      switch view.facts.history {
      case .found(let history): found += history.secrets.map(words)
      case .absent where found.isEmpty: throw CannotTell("its history was not read")
      case .unreadable(let reason) where found.isEmpty: throw CannotTell(reason)
      default: break
      }
      return .fail(if: !found.isEmpty, found.isEmpty ? "none found" : listed(found)).from(
        "\(inspection), \(ImageChecks.history)")
    },
  ]

  private static func words(_ trace: SecretTrace) -> String {
    "\(trace.kind) in \(trace.place) (\(trace.length) bytes)"
  }

  private static func judgeFiles(_ view: ImageView) throws -> Opinion {
    let files = try view.known(\.privilegedFiles, "its layers")
    let allowed = Set(view.context.policy.allowedSetuidPaths.map { Array($0.utf8) })
    let others = files.filter { !allowed.contains(Array($0.path.utf8)) }
    let source = "the image's layers"
    if others.isEmpty {
      return .pass(
        files.isEmpty ? "none" : "\(files.count), all of them in allowedSetuidPaths"
      ).from(source)
    }
    let words = others.map { file in
      let mode = String(file.mode, radix: 8)
      return "\(quoted(file.path)) \(mode) \(file.uid):\(file.gid)"
    }
    return .fail(listed(words, limit: 50)).from(source)
  }
}
