import HardeningModel

extension ContainerChecks {
  /// The kernel's mandatory access control and the filter of system calls.
  static let confinement: [Check] = [
    Check.ofContainers(
      "container-apparmor", stride: [.elevationOfPrivilege, .tampering],
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
          "/proc/PID/attr/apparmor/current")
      }
      let option = try view.securityOption("apparmor")
      let privileged = try view.hostConfig.privileged.known("HostConfig.Privileged", null: false)
      let profile = try view.container.appArmorProfile.known("AppArmorProfile", null: "")
      if option == "unconfined" || (option == nil && privileged) || profile == "unconfined" {
        return .fail("profile 'unconfined'")
      }
      return .pass(profile.isEmpty ? "the default profile" : "profile \(quoted(profile))")
    },
    Check.ofContainers(
      "container-selinux", stride: [.elevationOfPrivilege, .tampering],
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
          "/proc/PID/attr/current")
      }
      let option = try view.securityOption("label")
      let privileged = try view.hostConfig.privileged.known("HostConfig.Privileged", null: false)
      let isOff = option == "disable" || privileged || given.isEmpty || isUnconfined(given)
      return .fail(if: isOff, "label \(quoted(given))")
    },
    Check.ofContainers(
      "container-seccomp", stride: [.elevationOfPrivilege],
      remedy: .assist(
        .recreate,
        "Create the container again without seccomp=unconfined and without --privileged; give it single capabilities or a profile of its own instead."
      ),
      expected: "a seccomp filter in force"
    ) { view in
      if try view.hostConfig.privileged.known("HostConfig.Privileged", null: false) {
        return .fail("privileged, which switches the filter off")
      }
      let option = try view.securityOption("seccomp")
      if option == "unconfined" { return .fail("seccomp=unconfined") }
      if let process = try view.firstProcess() {
        guard let mode = process.seccomp else {
          throw CannotTell("the kernel does not say whether a filter is on")
        }
        return .fail(if: mode == 0, "Seccomp: \(mode)").from("/proc/PID/status")
      }
      if option != nil { return .pass("a profile of its own") }
      let options = try view.snapshot.securityOptions()
      guard let seccomp = options.first(where: { $0.name == "seccomp" }) else {
        return .fail("the Engine runs without seccomp").from("GET /info")
      }
      return .fail(
        if: seccomp.profile == "unconfined", "the daemon's profile \(quoted(seccomp.profile ?? ""))"
      ).from("GET /info")
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
  /// The value of the security option `name`, given as `name=value` or `name:value`; the last one
  /// counts. `nil` where it was not given.
  func securityOption(_ name: String) throws -> String? {
    let options = try hostConfig.securityOptions.known("HostConfig.SecurityOpt", null: [])
    return options.last { $0 == name || $0.hasPrefix(name + "=") || $0.hasPrefix(name + ":") }
      .map { String($0.dropFirst(name.count + 1)) }
  }
}
