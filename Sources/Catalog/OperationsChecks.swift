import HardeningModel

/// Section 6: how much a host has gathered.
enum OperationsChecks {
  static let all: [Check] = [
    Check(
      slug: "ops-image-sprawl", surface: .host, stride: [.elevationOfPrivilege, .denialOfService],
      explanation: Explanation(
        reads:
          "The images that the Engine lists, and those that containers in any state were made from.",
        passes: """
          By maximumUnusedImages of the configuration; without it a person has to judge by the counts.
          """,
        threat: """
          An old image that nobody uses can be started by mistake or on purpose, with all its known flaws, and \
          it fills the disk: elevation of privilege and denial of service on the host.
          """),
      remedy: .assist(
        .none, "Look at docker image ls, and remove what is not used: docker image prune --all."),
      evaluate: { context in
        [judge(context, expected: "no more unused images than needed", judgeImages)]
      }),
    Check(
      slug: "ops-container-sprawl", surface: .host,
      stride: [.informationDisclosure, .denialOfService],
      explanation: Explanation(
        reads: "The containers in all states.",
        passes: """
          By maximumStoppedContainers of the configuration; without it a person has to judge by the counts.
          """,
        threat: """
          Stopped containers keep their files and logs, which anybody with access to the Engine can copy out, \
          and they fill the disk: information disclosure and denial of service on the host.
          """),
      remedy: .assist(
        .none,
        "Look at docker ps --all, and remove what is not needed any more: docker container prune."),
      evaluate: { context in
        [judge(context, expected: "no more stopped containers than needed", judgeContainers)]
      }),
  ]

  private static func judge(
    _ context: Context, expected: String, _ judge: (Context) throws -> Opinion
  ) -> Finding {
    do {
      let opinion = try judge(context)
      return Finding(
        subject: .daemon, verdict: opinion.verdict, observed: opinion.observed, expected: expected,
        source: opinion.source, reason: opinion.reason,
        // Counts of what is compared by itself.
        compared: .verdict)
    } catch {
      return Finding(subject: .daemon, verdict: .unknown, reason: "\(error)")
    }
  }

  private static func judgeImages(_ context: Context) throws -> Opinion {
    let images = try context.allImages()
    let used = Set(try inspected(context).map { try $0.imageID.known("Image", null: "") })
    for image in images {
      _ = try image.tags.known("RepoTags", null: [])
      _ = try image.digests.known("RepoDigests", null: [])
    }
    let unused = images.count { !used.contains($0.id) }
    let dangling = images.count { $0.ownTags.isEmpty && $0.ownDigests.isEmpty }
    let observed = "\(counted(images.count, "image")), \(unused) unused, \(dangling) dangling"
    let opinion = verdict(observed, unused, most: context.policy.maximumUnusedImages)
    return opinion.from(ImageChecks.list)
  }

  private static func judgeContainers(_ context: Context) throws -> Opinion {
    let states = try inspected(context).map { container in
      guard let state = try container.state.status.known("State.Status") else {
        throw NotReported(field: "State.Status")
      }
      guard let known = ContainerState(rawValue: state) else {
        throw CannotTell("a container is in the state \(quoted(state)), which is not known")
      }
      return known
    }
    let stopped = states.count { [.created, .exited, .dead].contains($0) }
    let opinion = verdict(
      "\(counted(states.count, "container")), \(stopped) stopped", stopped,
      most: context.policy.maximumStoppedContainers)
    return opinion.from(ContainerChecks.inspection)
  }

  private static func verdict(_ observed: String, _ count: Int, most: Int?) -> Opinion {
    guard let most else { return .manual(observed) }
    return .fail(if: count > most, "\(observed), at most \(most) allowed")
  }

  /// All containers, whatever the scope: this is about the host.
  private static func inspected(_ context: Context) throws -> [Container] {
    switch context.snapshot.containers {
    case .absent: throw CannotTell("the containers were not read")
    case .unreadable(let reason): throw CannotTell(reason)
    case .found(let readings):
      return try readings.map { reading in
        switch reading.inspection {
        case .found(let container): return container
        case .absent: throw CannotTell("container \(quoted(reading.name)) was not inspected")
        case .unreadable(let reason): throw CannotTell(reason)
        }
      }
    }
  }
}
