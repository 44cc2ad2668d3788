/// The daemon's configuration in effect, and what only looks like it.
enum DaemonStages {
  /// Before anything has touched the daemon's configuration.
  static let untouched = [
    // Once more, since Engines up to 24 write a key beside their configuration on their first start,
    // and where that takes long, nobody can tell what else was written there meanwhile.
    Stage("a daemon as Debian starts it", "systemctl restart docker.service", fresh),
    Stage(
      "decoys beside the daemon", decoys,
      fresh + [
        row("file-daemon-json-mode", "notApplicable", "the loose file is the other daemon's")
      ]),
  ]

  static func configured(on suite: VirtualMachine.Suite) -> [Stage] {
    [
      Stage(
        "a file that is not in effect yet", "cp \(hardened) /etc/docker/daemon.json",
        untold(fresh, on: suite)),
      Stage("a hardened daemon", before: restart, containers: remapped, inEffect),
      Stage(
        "a file that is not in effect any more", "echo '{}' >/etc/docker/daemon.json",
        untold(inEffect, on: suite)),
    ]
  }

  /// The same verdicts, but for what the Engine does not report: only its flags and the file that it
  /// has read can tell that.
  private static func untold(
    _ rows: [Expectation], on suite: VirtualMachine.Suite
  ) -> [Expectation] {
    var slugs = [
      "daemon-log-level", "daemon-iptables", "daemon-default-ulimits", "daemon-cgroup-parent",
      "daemon-userland-proxy",
    ]
    if suite == .bookworm { slugs.append("daemon-no-new-privileges") }
    return rows.map {
      guard slugs.contains($0.slug) else { return $0 }
      return row($0.slug, "unknown", "the file is newer than the daemon, and the Engine is silent")
    }
  }

  private static let fresh = [
    row("daemon-rootless", "manual", "it runs as root"),
    row("daemon-inter-container-traffic", "fail", "icc is on by default"),
    row("daemon-log-level", "pass", "info by default"),
    row("daemon-iptables", "pass", "on by default"),
    row("daemon-insecure-registries", "pass", "none but loopback"),
    row("daemon-storage-not-aufs", "pass", "overlay2"),
    row("daemon-storage-not-devicemapper", "pass", "overlay2"),
    row("daemon-tls", "pass", "it listens on no TCP port"),
    row("daemon-default-ulimits", "manual", "a person has to judge"),
    row("daemon-userns-remap", "fail", "users are not remapped"),
    row("daemon-cgroup-parent", "pass", "none was given"),
    row("daemon-base-device-size", "notApplicable", "not devicemapper"),
    row("daemon-authorization-plugin", "fail", "there is none"),
    row("daemon-remote-logging", "fail", "json-file stays on this host"),
    row("daemon-no-new-privileges", "fail", "off by default"),
    row("daemon-live-restore", "fail", "off by default"),
    row("daemon-userland-proxy", "fail", "on by default"),
    row("daemon-seccomp-profile", "manual", "the built-in profile"),
    row("daemon-experimental", "pass", "off by default"),
    row("host-container-storage-partition", "fail", "the data root is on the root file system"),
  ]

  private static let hardened = "/srv/hardened.json"

  /// Another daemon that is all that this one is not, and processes that talk like one.
  private static let decoys = """
    cat >\(hardened) <<'JSON'
    {
      "icc": false, "userns-remap": "default", "live-restore": true, "userland-proxy": false,
      "no-new-privileges": true, "log-level": "info", "log-driver": "syslog",
      "default-ulimits": {"nofile": {"Name": "nofile", "Hard": 2048, "Soft": 1024}}
    }
    JSON
    mkdir -p /srv/host /srv/second
    cp /bin/bash /srv/host/dockerd
    /srv/host/dockerd -c 'sleep 86400; :' --icc=false --userland-proxy=false --live-restore \\
      --no-new-privileges -H fd:// >/dev/null 2>&1 &
    echo 'level=info icc=false' >/srv/dockerd.log
    tail -f /srv/dockerd.log >/dev/null 2>&1 &
    echo '{}' >/srv/second/daemon.json
    chmod 666 /srv/second/daemon.json
    # In a network of its own, or it would take docker0 away from the first.
    systemd-run --quiet --unit=second-docker --property=PrivateNetwork=yes \\
      dockerd --config-file=/srv/second/daemon.json --host=unix:///run/second.sock \\
      --data-root=/srv/second/data --exec-root=/run/second --pidfile=/run/second.pid \\
      --containerd-namespace=second --containerd-plugins-namespace=second-plugins \\
      --icc=false --live-restore --userland-proxy=false --no-new-privileges \\
      --userns-remap=default --log-driver=syslog
    until docker --host unix:///run/second.sock info >/dev/null 2>&1; do
      systemctl --quiet is-active second-docker || { journalctl --unit=second-docker; exit 1; }
      sleep 0.5
    done
    docker --host unix:///run/second.sock info --format '{{.LiveRestoreEnabled}}' | grep -qx true
    """

  private static let restart = """
    systemctl stop second-docker.service
    docker ps --all --quiet | xargs -r docker rm --force >/dev/null
    docker save busybox >/srv/busybox.tar
    systemctl stop docker.socket docker.service
    mount -t tmpfs tmpfs /var/lib/docker
    systemctl start docker.service
    docker load --quiet --input /srv/busybox.tar >/dev/null
    """

  private static let remapped = [
    GuestContainer(
      "mapped", "",
      [
        ("container-host-userns", "pass", "root in it is nobody on the host"),
        ("container-no-new-privileges", "pass", "the daemon's default"),
        ("container-apparmor", "pass", "docker-default is in force"),
        ("container-sshd", "pass", "it runs sleep"),
      ]),
    GuestContainer(
      "unmapped", "--userns host --security-opt no-new-privileges=false",
      [
        ("container-host-userns", "fail", "it was exempted"),
        ("container-no-new-privileges", "fail", "it was exempted"),
      ]),
  ]

  private static let inEffect = [
    row("daemon-inter-container-traffic", "pass", "icc is off"),
    row("daemon-log-level", "pass", "info"),
    row("daemon-default-ulimits", "manual", "a person has to judge"),
    row("daemon-userns-remap", "pass", "users are remapped"),
    row("daemon-remote-logging", "pass", "syslog"),
    row("daemon-no-new-privileges", "pass", "on"),
    row("daemon-live-restore", "pass", "on"),
    row("daemon-userland-proxy", "pass", "off"),
    row("daemon-authorization-plugin", "fail", "there is none"),
    row("host-container-storage-partition", "pass", "the data root is a file system of its own"),
  ]

  private static func row(_ slug: String, _ verdict: String, _ because: String) -> Expectation {
    Expectation(slug, nil, verdict, because)
  }
}
