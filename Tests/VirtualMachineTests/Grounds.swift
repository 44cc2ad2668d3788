/// The machine is what it is taken for: the ground that all other stages stand on.
enum Grounds {
  static let stage = Stage(
    "a fresh machine",
    """
    expect() { [[ $2 == "$3" ]] || { echo "$1 is '$2', not '$3'"; exit 1; }; }
    expect 'the state of systemd' "$(systemctl is-system-running --wait)" running
    expect 'AppArmor' "$(cat /sys/module/apparmor/parameters/enabled)" Y
    expect 'auditd' "$(systemctl is-active auditd)" active
    auditctl -s | grep -qx 'enabled 1' || { auditctl -s; exit 1; }
    expect 'the file system of cgroups' "$(stat --file-system --format=%T /sys/fs/cgroup)" cgroup2fs
    expect 'cgroup v1' "$(grep -c ' - cgroup ' /proc/self/mountinfo || true)" 0
    expect 'the cgroup driver' "$(docker info --format '{{.CgroupDriver}} {{.CgroupVersion}}')" 'systemd 2'
    expect 'runc' "$(head -c 4 "$(command -v runc)" | tail -c 3)" ELF
    docker info --format '{{.SecurityOptions}}' | grep -q name=apparmor
    """,
    [
      Expectation("container-apparmor", nil, "notApplicable", "there is no container yet"),
      Expectation("file-docker-service-mode", nil, "pass", "as Debian installs it"),
      Expectation("file-docker-service-owner", nil, "pass", "as Debian installs it"),
      Expectation("file-docker-sock-mode", nil, "pass", "as systemd makes it for docker.socket"),
      Expectation("file-docker-sock-owner", nil, "pass", "root, and the group docker"),
      Expectation("file-containerd-sock-mode", nil, "pass", "as containerd makes it"),
      Expectation("file-daemon-json-mode", nil, "notApplicable", "this daemon has no such file"),
      Expectation("swarm-disabled-if-unused", nil, "pass", "no swarm"),
    ])
}
