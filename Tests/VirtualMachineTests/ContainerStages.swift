/// Containers as the kernel holds them: under AppArmor, and in the cgroups that systemd made.
enum ContainerStages {
  static let all = [
    Stage("containers", before: profiles, containers: confined + grouped + others, after: execs),
    Stage(
      "what the Engine does not know of", later,
      [
        Expectation(
          "container-apparmor", "container:plain", "fail",
          "its profile was taken out of the kernel, which leaves a process unconfined"),
        Expectation(
          "container-apparmor", "container:own-profile", "pass", "its profile is still there"),
        Expectation(
          "container-sshd", "container:later", "fail", "an sshd came in by docker exec"),
        Expectation(
          "container-memory-limit", "container:later", "pass", "limited while it runs"),
        Expectation(
          "container-pids-limit", "container:limited", "fail", "its limit was lifted as it ran"),
        Expectation(
          "container-apparmor", "container:stopped", "pass", "its profile, when it starts"),
        Expectation(
          "container-apparmor", "container:x-stopped", "fail", "it would start unconfined"),
        Expectation("container-sshd", "container:stopped", "notApplicable", "nothing runs in it"),
        Expectation(
          "container-privileged", "container:x-privileged", "fail", "it still is, stopped"),
        Expectation("file-docker-sock-mode", nil, "fail", "the socket is everybody's now"),
        Expectation(
          "file-docker-service-mode", nil, "fail", "a drop-in of it can be written by its group"),
      ]),
  ]

  /// Profiles that only look as if they confined, or as if they did not.
  private static let profiles = """
    profile() {
      echo "profile $1 flags=($2attach_disconnected,mediate_deleted) {
        file, network, capability, signal, ptrace, unix, mount, umount, pivot_root, }"
    }
    { profile own ''; profile not-unconfined ''; profile complaining complain,; } |
      apparmor_parser --replace --skip-cache
    grep -qx 'complaining (complain)' /sys/kernel/security/apparmor/profiles
    cp /bin/busybox /srv/sshd
    install -D /bin/sleep /srv/host/sshd
    """

  private static let confined = [
    GuestContainer(
      "plain", "",
      [
        ("container-apparmor", "pass", "docker-default is in force"),
        ("container-seccomp", "pass", "the default filter"),
        ("container-capabilities", "pass", "the default set"),
        ("container-privileged", "pass", "not privileged"),
        ("container-no-new-privileges", "fail", "neither it nor the daemon asks for it"),
        ("container-cgroup-parent", "pass", "no parent was given"),
        ("container-memory-limit", "fail", "no limit"),
        ("container-pids-limit", "fail", "no limit of its own"),
        ("container-sshd", "pass", "it runs sleep"),
        ("container-docker-socket", "pass", "no mount"),
        ("container-selinux", "notApplicable", "this kernel runs AppArmor"),
        ("container-host-userns", "notApplicable", "this daemon does not remap users"),
      ]),
    GuestContainer(
      "x-apparmor", "--security-opt apparmor=unconfined",
      [
        ("container-apparmor", "fail", "asked for no profile"),
        ("container-seccomp", "pass", "its filter is another matter"),
      ]),
    GuestContainer(
      "x-privileged", "--privileged",
      [
        ("container-privileged", "fail", "privileged"),
        ("container-apparmor", "fail", "privileged takes the profile away"),
        ("container-seccomp", "fail", "privileged takes the filter away"),
        ("container-capabilities", "fail", "it has them all"),
      ]),
    GuestContainer(
      "privileged-profile", "--privileged --security-opt apparmor=docker-default",
      [
        ("container-privileged", "fail", "privileged"),
        ("container-apparmor", "pass", "the profile that was named is in force all the same"),
      ]),
    GuestContainer(
      "own-profile", "--security-opt apparmor=own",
      [("container-apparmor", "pass", "a profile of its own, enforced")]),
    GuestContainer(
      "named-so", "--security-opt apparmor=not-unconfined",
      [("container-apparmor", "pass", "only the profile's name speaks of unconfined")]),
    GuestContainer(
      "x-complain", "--security-opt apparmor=complaining",
      [("container-apparmor", "fail", "its profile forbids nothing, it only logs")]),
    GuestContainer(
      "x-seccomp", "--security-opt seccomp=unconfined",
      [
        ("container-seccomp", "fail", "asked for no filter"),
        ("container-apparmor", "pass", "its profile is another matter"),
      ]),
    GuestContainer(
      "no-new", "--security-opt no-new-privileges",
      [("container-no-new-privileges", "pass", "in force")]),
  ]

  /// An sshd is one whose executable is called so; what a process says of itself does not count.
  private static let sshd = "sh -c 'exec -a sleep /sshd 86400'"

  private static let grouped = [
    GuestContainer(
      "limited", "--memory 64m --pids-limit 50 --cpu-shares 512",
      [
        ("container-memory-limit", "pass", "limited"),
        ("container-pids-limit", "pass", "limited"),
        ("container-cpu-shares", "pass", "weighted"),
      ]),
    GuestContainer(
      "x-sshd", "--volume /srv/sshd:/sshd", program: sshd,
      [("container-sshd", "fail", "found by its cgroup, docker-ID.scope")]),
    GuestContainer(
      "x-sliced", "--cgroup-parent outside.slice --volume /srv/sshd:/sshd", program: sshd,
      [
        ("container-cgroup-parent", "fail", "a slice that is not allowed"),
        ("container-sshd", "fail", "found in another slice, too"),
      ]),
    GuestContainer(
      "host-processes", "--pid host",
      [
        ("container-host-pid", "fail", "the host's"),
        ("container-sshd", "pass", "the host's own sshd is none of its processes"),
      ]),
    GuestContainer(
      "x-host-processes", "--pid host --cgroupns host --volume /srv/sshd:/sshd", program: sshd,
      [
        ("container-host-pid", "fail", "the host's"),
        ("container-sshd", "fail", "found by its cgroup, without namespaces of its own"),
      ]),
    GuestContainer(
      "x-nested", "--privileged --volume /srv/sshd:/sshd",
      program: """
        sh -c 'mkdir /sys/fs/cgroup/a /sys/fs/cgroup/a/b; echo $$ >/sys/fs/cgroup/a/b/cgroup.procs; \
        sleep 86400 & exec -a sleep /sshd 86400'
        """,
      [("container-sshd", "fail", "found in a cgroup that the container made itself")]),
    GuestContainer(
      "x-escaped", "--privileged --cgroupns host --volume /srv/sshd:/sshd",
      program: """
        sh -c 'sleep 86400 & echo $$ >/sys/fs/cgroup/cgroup.procs; exec -a sleep /sshd 86400'
        """,
      [("container-sshd", "fail", "found by its namespace, having left its cgroup")]),
  ]

  private static let others = [
    GuestContainer(
      "x-sharing", "--network host --ipc host --uts host",
      [
        ("container-host-network", "fail", "the host's"),
        ("container-host-ipc", "fail", "the host's"),
        ("container-host-uts", "fail", "the host's"),
        ("container-host-pid", "pass", "of its own"),
      ]),
    GuestContainer(
      "x-socket", "--volume /var/run/docker.sock:/s",
      [("container-docker-socket", "fail", "the socket, under its older name")]),
    GuestContainer(
      "x-above-socket", "--volume /run:/host-run:ro",
      [("container-docker-socket", "fail", "a directory above the socket, if read-only")]),
    GuestContainer("later", "", [("container-sshd", "pass", "it runs sleep, so far")]),
    GuestContainer(
      "stopped", "--volume /srv/sshd:/sshd", program: sshd,
      [("container-sshd", "fail", "it runs, so far")]),
    GuestContainer(
      "x-stopped", "--security-opt apparmor=unconfined",
      [("container-apparmor", "fail", "unconfined")]),
    GuestContainer(
      "executed", "",
      [
        ("container-exec-privileged", "fail", "a privileged exec runs in it"),
        ("container-exec-root", "fail", "an exec with --user=root runs in it"),
      ]),
  ]

  private static let execs = """
    /srv/host/sshd 86400 >/dev/null 2>&1 &
    docker exec --detach --privileged executed sleep 86400
    docker exec --detach --user root executed sleep 86400
    docker ps --format '{{.Names}}' | wc -l | grep -qx 23
    """

  private static let later = """
    docker stop --time 0 stopped x-stopped x-privileged >/dev/null
    docker cp /srv/sshd later:/sshd
    docker exec --detach later sh -c 'exec -a sleep /sshd 86400'
    docker update --memory 64m --memory-swap 64m later >/dev/null
    docker update --pids-limit -1 limited >/dev/null
    echo -n docker-default >/sys/kernel/security/apparmor/.remove
    chmod 666 /run/docker.sock
    mkdir -p /etc/systemd/system/docker.service.d
    echo '[Service]' >/etc/systemd/system/docker.service.d/loose.conf
    chmod 664 /etc/systemd/system/docker.service.d/loose.conf
    systemctl daemon-reload
    """
}
