import HardeningModel

extension ContainerChecks {
  /// The kernel's mandatory access control and the filter of system calls.
  static let confinement: [Check] = [
    Check.ofContainers(
      "container-apparmor", stride: [.elevationOfPrivilege, .tampering],
      explanation: Explanation(
        reads: """
          Whether the kernel runs AppArmor (/sys/module/apparmor/parameters/enabled). Of a \
          running container the label of its first process (/proc/PID/attr/apparmor/current); of \
          another its security options, HostConfig.Privileged and AppArmorProfile.
          """,
        passes: """
          A profile is in force: the label is neither unconfined nor that of a profile that only \
          complains, and a container that does not run has not switched its profile off. Not \
          applicable where the kernel does not run AppArmor.
          """,
        threat: """
          Without a profile, an attacker who is root in the container may write to files of \
          /proc and /sys that steer the host's kernel (tampering) and mount file systems, as far \
          as capabilities reach: one barrier less between the container and control of the host \
          (elevation of privilege).
          """),
      remedy: .assist(
        .recreate,
        "Create the container again without apparmor=unconfined and without --privileged, or name a loaded profile with --security-opt apparmor=PROFILE."
      ),
      expected: "an AppArmor profile in force"
    ) { view in
      guard try isOn(view.snapshot.kernel.appArmor, "AppArmor") else {
        return .notApplicable("this kernel does not run AppArmor").from(
          "/sys/module/apparmor/parameters/enabled")
      }
      if let process = try view.firstProcess() {
        guard let label = try known(process.label, "its AppArmor label"), !label.isEmpty else {
          throw CannotTell("the kernel gives no AppArmor label for it")
        }
        // `name (mode)`; a profile that only complains, or is loaded as unconfined, confines nothing.
        let isOff =
          label == "unconfined" || label.hasSuffix(" (complain)")
          || label.hasSuffix(" (unconfined)")
        return .fail(if: isOff, "profile \(quoted(label))").from(
          "/proc/PID/attr/apparmor/current"
        ).comparing(try view.comparedOption("apparmor"))
      }
      let option = try view.securityOption("apparmor")
      let privileged = try view.hostConfig.privileged.known("HostConfig.Privileged", null: false)
      let profile = try view.container.appArmorProfile.known("AppArmorProfile", null: "")
      if option == "unconfined" || (option == nil && privileged) || profile == "unconfined" {
        return .fail("profile 'unconfined'").comparing(try view.comparedOption("apparmor"))
      }
      return .pass(profile.isEmpty ? "the default profile" : "profile \(quoted(profile))")
        .comparing(try view.comparedOption("apparmor"))
    },
    Check.ofContainers(
      "container-selinux", stride: [.elevationOfPrivilege, .tampering],
      explanation: Explanation(
        reads: """
          Whether the kernel runs SELinux (/sys/fs/selinux/enforce). Of a running container the \
          label of its first process (/proc/PID/attr/current) and whether the Engine gave it one \
          (ProcessLabel); of another ProcessLabel, the security option label and \
          HostConfig.Privileged.
          """,
        passes: """
          The container has a label of its own, of a type that confines: not unconfined_*, spc_t \
          or container_runtime_t. Whether SELinux enforces or only reports is not judged here. \
          Not applicable where the kernel does not run SELinux.
          """,
        threat: """
          Without a label that confines, an attacker who gets out of the container's namespaces \
          meets the host's files with no type in the way: they can be changed (tampering), and \
          from there the host is taken over (elevation of privilege).
          """),
      remedy: .assist(
        .recreate,
        "Start dockerd with selinux-enabled and create the container again without label=disable and without --privileged."
      ),
      expected: "an SELinux label in force"
    ) { view in
      guard try isOn(view.snapshot.kernel.seLinux, "SELinux") else {
        return .notApplicable("this kernel does not run SELinux").from("/sys/fs/selinux")
      }
      // Without a label of its own it has dockerd's.
      let given = try view.container.processLabel.known("ProcessLabel", null: "")
      if let process = try view.firstProcess() {
        guard let label = try known(process.label, "its SELinux label"), !label.isEmpty else {
          throw CannotTell("the kernel gives no SELinux label for it")
        }
        return .fail(if: given.isEmpty || isUnconfined(label), "label \(quoted(label))").from(
          "/proc/PID/attr/current"
        ).comparing(.text(withoutLevel(given)))
      }
      let option = try view.securityOption("label")
      let privileged = try view.hostConfig.privileged.known("HostConfig.Privileged", null: false)
      let isOff = option == "disable" || privileged || given.isEmpty || isUnconfined(given)
      return .fail(if: isOff, "label \(quoted(given))").comparing(.text(withoutLevel(given)))
    },
    Check.ofContainers(
      "container-seccomp", stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads: """
          HostConfig.Privileged and the security option seccomp of each container. Then, of a \
          running one, the kernel's Seccomp line for its first process (/proc/PID/status); of \
          another without the option, the daemon's profile (GET /info).
          """,
        passes: """
          The container is neither privileged nor seccomp=unconfined, and a filter is on for its \
          first process; a container that does not run has a profile of its own or the daemon's.
          """,
        threat: """
          Without the filter an attacker in the container can use every system call of the \
          host's kernel, also those that hardly a program needs; a flaw in one of them is enough \
          to take over the host (elevation of privilege).
          """),
      remedy: .assist(
        .recreate,
        "Create the container again without seccomp=unconfined and without --privileged; give it single capabilities or a profile of its own instead."
      ),
      expected: "a seccomp filter in force"
    ) { view in
      let compared = try view.comparedOption("seccomp")
      if try view.hostConfig.privileged.known("HostConfig.Privileged", null: false) {
        return .fail("privileged, which switches the filter off").comparing(compared)
      }
      let option = try view.securityOption("seccomp")
      if option == "unconfined" { return .fail("seccomp=unconfined").comparing(compared) }
      if let process = try view.firstProcess() {
        guard let mode = process.seccomp else {
          throw CannotTell("the kernel does not say whether a filter is on")
        }
        return .fail(if: mode == 0, "Seccomp: \(mode)").from("/proc/PID/status")
          .comparing(compared)
      }
      if option != nil { return .pass("a profile of its own").comparing(compared) }
      let options = try view.snapshot.securityOptions()
      guard let seccomp = options.first(where: { $0.name == "seccomp" }) else {
        return .fail("the Engine runs without seccomp").from("GET /info").comparing(compared)
      }
      return .fail(
        if: seccomp.profile == "unconfined", "the daemon's profile \(quoted(seccomp.profile ?? ""))"
      ).from("GET /info").comparing(compared)
    },
  ]

  /// Whether a security module of the kernel runs; throws where that could not be read.
  private static func isOn(_ reading: Reading<Bool>, _ name: String) throws -> Bool {
    try known(reading, "whether \(name) runs") ?? false
  }

  /// The value; `nil` where it is known not to be there; throws where it could not be read.
  private static func known<Value>(_ reading: Reading<Value>, _ what: String) throws -> Value? {
    switch reading {
    case .found(let value): value
    case .absent: nil
    case .unreadable(let reason): throw CannotTell("\(what): \(reason)")
    }
  }

  /// The label without its level, whose categories are drawn anew at each start.
  private static func withoutLevel(_ label: String) -> String {
    label.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
      .joined(separator: ":")
  }

  private static func isUnconfined(_ label: String) -> Bool {
    // user:role:type[:level], see selinux(8).
    let parts = label.split(separator: ":")
    guard parts.count >= 3 else { return true }
    // Of dockerd itself, of services and users that nothing confines, and of privileged containers.
    return parts[2].hasPrefix("unconfined_")
      || ["spc_t", "container_runtime_t"].contains(parts[2])
  }
}

extension ContainerView {
  /// What was asked for by the security option: what its processes and its configuration say of that is
  /// said in other words when it does not run.
  fileprivate func comparedOption(_ name: String) throws -> Compared {
    .text(try securityOption(name).map { "\(name)=\($0)" } ?? "")
  }

  /// The value of the security option `name`, given as `name=value` or `name:value`; the last one
  /// counts. `nil` where it was not given.
  func securityOption(_ name: String) throws -> String? {
    let options = try hostConfig.securityOptions.known("HostConfig.SecurityOpt", null: [])
    return options.last { $0 == name || $0.hasPrefix(name + "=") || $0.hasPrefix(name + ":") }
      .map { String($0.dropFirst(name.count + 1)) }
  }
}
