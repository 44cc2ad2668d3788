import HardeningModel

extension ContainerChecks {
  /// What a container may do beyond an ordinary process.
  static let privileges: [Check] = [
    Check.ofContainers(
      "container-privileged", stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads: "HostConfig.Privileged of each container.",
        passes: "It is false.",
        threat: """
          A privileged container has every capability and every device, and no seccomp filter, \
          AppArmor profile or SELinux type that confines it: an attacker who is root in it can \
          mount the host's disk and is root on the host (elevation of privilege).
          """),
      remedy: .assist(
        .recreate,
        "Create the container again without --privileged; --cap-add gives it the single capabilities that it needs."
      ),
      expected: "not privileged"
    ) { view in
      let privileged = try view.hostConfig.privileged.known("HostConfig.Privileged", null: false)
      return .fail(if: privileged, "Privileged: \(privileged)")
    },
    Check.ofContainers(
      "container-capabilities", stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads: "HostConfig.CapAdd, CapDrop and Privileged of each container.",
        passes: """
          Nothing is added to the 14 capabilities that the Engine gives every container; \
          dropping some of them is welcome and not demanded. A privileged container has them all \
          and fails.
          """,
        threat: """
          Each capability is a piece of root's power over the host's kernel; with SYS_ADMIN, \
          SYS_MODULE or SYS_PTRACE, for instance, an attacker who is root in the container can \
          get out of it (elevation of privilege).
          """),
      remedy: .assist(
        .recreate,
        "Create the container again with --cap-drop=ALL and --cap-add for those it needs."
      ),
      expected: "no capability beyond the Engine's default set"
    ) { view in
      if try view.hostConfig.privileged.known("HostConfig.Privileged", null: false) {
        return .fail("all capabilities (privileged)")
      }
      let added = try view.hostConfig.capabilitiesAdded.known("HostConfig.CapAdd", null: [])
      let dropped = try view.hostConfig.capabilitiesDropped.known("HostConfig.CapDrop", null: [])
      let extra = Capabilities(added: added, dropped: dropped).beyondDefault
      return extra.isEmpty
        ? .pass("within the default set")
        : .fail("beyond the default: \(extra.joined(separator: ", "))")
    },
    Check.ofContainers(
      "container-no-new-privileges", stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads: """
          The security option no-new-privileges of each container; where it is not given, the \
          option of the same name of the running dockerd and of its configuration file; of a \
          running container also the NoNewPrivs line of its first process (/proc/PID/status).
          """,
        passes: """
          The option, or without it the daemon's default, is on, and the kernel shows it in \
          force in a running container. Unknown for a container that does not run and has only \
          the daemon's default, which counts from when a container is made.
          """,
        threat: """
          Without it, an attacker who is an ordinary user in the container gains root's rights \
          there through any program with the set-user-ID bit or file capabilities (elevation of \
          privilege), which is half the way to the host.
          """),
      remedy: .assist(
        .recreate, "Create the container again with --security-opt no-new-privileges."),
      expected: "no_new_privs in force", judge: judgeNoNewPrivileges),
  ]

  /// The option decides, and without it the daemon's default when the container was made; a running
  /// process shows whether that took effect. It is no proof alone: a process can set it for itself,
  /// and what is executed in the container later does not inherit it.
  private static func judgeNoNewPrivileges(_ view: ContainerView) throws -> Opinion {
    let option = try view.securityOption("no-new-privileges").map { text in
      // As Go's strconv.ParseBool reads it; the option alone switches it on.
      switch text {
      case "", "1", "t", "T", "TRUE", "true", "True": return true
      case "0", "f", "F", "FALSE", "false", "False": return false
      default: throw CannotTell("no-new-privileges is \(quoted(text)), neither true nor false")
      }
    }
    let compared = Compared.text(option.map { "no-new-privileges \($0) by option" } ?? "")
    if option == false {
      return .fail("no-new-privileges is switched off by option").comparing(compared)
    }
    if option == nil {
      let byDefault: RunningConfiguration.Setting
      do {
        byDefault = try view.snapshot.noNewPrivilegesByDefault()
      } catch {
        throw CannotTell("it has no option, and the daemon's default is not known: \(error)")
      }
      guard byDefault.bool ?? false else {
        return .fail("neither the container nor the daemon asks for it").comparing(compared)
      }
      if try !view.container.isRunning() {
        throw TellsWhenItRuns(
          "the daemon's default covers containers made while it is on, and a stopped one does not show it"
        )
      }
    }
    guard let process = try view.firstProcess() else {
      return .pass("no-new-privileges by option").comparing(compared)
    }
    guard let inForce = process.noNewPrivileges else {
      throw CannotTell("the kernel does not say whether no_new_privs is set")
    }
    return .fail(if: !inForce, "NoNewPrivs: \(inForce ? 1 : 0)").from("/proc/PID/status")
      .comparing(compared)
  }
}

/// The capabilities of a container by its configuration, see capabilities(7).
struct Capabilities {
  /// What the Engine gives every container.
  static let standard: Set<String> = [
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
    "NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
  ]

  /// Those in effect that the standard set does not have, sorted; `ALL` stands for all of them.
  let beyondDefault: [String]

  init(added: [String], dropped: [String]) {
    let added = Set(added.map(Self.plain))
    let dropped = Set(dropped.map(Self.plain))
    if added.contains("ALL") {
      // `--cap-add ALL --cap-drop X` is everything but X; the rest is still beyond the default.
      beyondDefault = ["ALL" + dropped.sorted().map { " without \($0)" }.joined()]
    } else {
      // What is dropped is taken from the default set alone: what is added stays, whatever is dropped.
      beyondDefault = added.subtracting(Self.standard).sorted()
    }
  }

  /// The name in upper case, without `CAP_`.
  private static func plain(_ name: String) -> String {
    let name = name.uppercased()
    return name.hasPrefix("CAP_") ? String(name.dropFirst(4)) : name
  }
}
