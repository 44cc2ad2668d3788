import TestSupport
import Testing

/// A container that is made with `docker run`, and what one check has to say of it.
struct ContainerCase: Sendable {
  var name: String
  var slug: String
  /// Options of `docker run`, before the image.
  var options: String
  /// After the options: the image and what it runs.
  var command = "busybox sleep 86400"
  var verdict: String
  /// Why that is the truth.
  var because: String
}

@Suite(
  "Containers of a real Engine", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct ContainerVerdictTests {
  /// Set up before the containers: a network and a volume of their own, a directory that mounts can be
  /// shared from, and a tag that will move on.
  static let preparation = """
    docker network create own
    docker volume create --opt type=none --opt o=bind --opt device=/etc disguised
    docker volume create plain
    mkdir -p /srv/shared /srv/data && mount --bind /srv/shared /srv/shared && mount --make-shared /srv/shared
    ln -s /etc /srv/alias
    docker tag busybox moving:1 && docker tag busybox staying:1
    """

  static let innocent: [ContainerCase] = [
    ContainerCase(
      name: "plain", slug: "container-privileged", options: "", verdict: "pass",
      because: "nothing was asked for"),
    ContainerCase(
      name: "few-caps", slug: "container-capabilities",
      options: "--cap-drop ALL --cap-add NET_BIND_SERVICE", verdict: "pass",
      because: "a part of the default set"),
    ContainerCase(
      name: "data-mount", slug: "container-sensitive-mounts",
      options: "-v /srv/data:/data -v plain:/v",
      verdict: "pass", because: "no system directory"),
    ContainerCase(
      name: "hostname-mount", slug: "container-sensitive-mounts",
      options: "-v /etc/hostname:/etc/hostname-of-host:ro", verdict: "pass",
      because: "allowed by default, read-only"),
    ContainerCase(
      name: "sshd-by-name", slug: "container-sshd", options: "",
      command: "busybox sh -c 'sleep 86400; :' /usr/sbin/sshd -D", verdict: "pass",
      because: "only its arguments speak of sshd"),
    ContainerCase(
      name: "high-port", slug: "container-privileged-ports", options: "-p 127.0.0.1:18080:80",
      verdict: "pass", because: "1024 and above"),
    ContainerCase(
      name: "no-port", slug: "container-needed-ports", options: "", verdict: "pass",
      because: "nothing is published"),
    ContainerCase(
      name: "one-address", slug: "container-port-interface", options: "-p 127.0.0.1:18081:80",
      verdict: "pass", because: "bound to loopback alone"),
    ContainerCase(
      name: "own-network", slug: "container-host-network", options: "--network own",
      verdict: "pass",
      because: "a network of its own"),
    ContainerCase(
      name: "own-pid", slug: "container-host-pid", options: "--pid container:plain",
      verdict: "pass",
      because: "joins a container that has its own"),
    ContainerCase(
      name: "own-ipc", slug: "container-host-ipc", options: "--ipc private", verdict: "pass",
      because: "private"),
    ContainerCase(
      name: "own-uts", slug: "container-host-uts", options: "--hostname other", verdict: "pass",
      because: "its own host name"),
    ContainerCase(
      name: "memory", slug: "container-memory-limit", options: "--memory 64m", verdict: "pass",
      because: "limited"),
    ContainerCase(
      name: "shares", slug: "container-cpu-shares", options: "--cpu-shares 512", verdict: "pass",
      because: "weighted"),
    ContainerCase(
      name: "cpus", slug: "container-cpu-shares", options: "--cpus 0.5", verdict: "pass",
      because: "a quota"),
    ContainerCase(
      name: "read-only", slug: "container-read-only-rootfs", options: "--read-only",
      verdict: "pass",
      because: "read-only"),
    ContainerCase(
      name: "five-tries", slug: "container-restart-policy", options: "--restart on-failure:5",
      verdict: "pass", because: "five tries at most"),
    ContainerCase(
      name: "no-device", slug: "container-host-devices", options: "", verdict: "pass",
      because: "no device"),
    ContainerCase(
      name: "file-limit", slug: "container-ulimits", options: "--ulimit nofile=1024:2048",
      verdict: "manual", because: "a person has to judge"),
    ContainerCase(
      name: "private-mount", slug: "container-mount-propagation",
      options: "-v /srv/data:/data:rprivate", verdict: "pass", because: "private"),
    ContainerCase(
      name: "filtered", slug: "container-seccomp", options: "", verdict: "pass",
      because: "the default filter"),
    ContainerCase(
      name: "usual-parent", slug: "container-cgroup-parent", options: "", verdict: "pass",
      because: "no parent was given"),
    ContainerCase(
      name: "no-new", slug: "container-no-new-privileges",
      options: "--security-opt no-new-privileges", verdict: "pass", because: "in force"),
    ContainerCase(
      name: "healthy", slug: "container-healthcheck", options: "--health-cmd true", verdict: "pass",
      because: "a health check"),
    ContainerCase(
      name: "tagged", slug: "container-image-latest", options: "",
      command: "staying:1 sleep 86400", verdict: "pass",
      because: "its tag still points at its image"),
    ContainerCase(
      name: "few-processes", slug: "container-pids-limit", options: "--pids-limit 50",
      verdict: "pass",
      because: "limited"),
    ContainerCase(
      name: "off-bridge", slug: "container-default-bridge", options: "--network own",
      verdict: "pass",
      because: "attached to another network"),
    ContainerCase(
      name: "no-socket", slug: "container-docker-socket", options: "-v /srv/data:/data",
      verdict: "pass", because: "no socket below"),
    ContainerCase(
      name: "user-namespace", slug: "container-host-userns", options: "--userns host",
      verdict: "notApplicable", because: "this daemon does not remap users"),
    ContainerCase(
      name: "apparmor", slug: "container-apparmor", options: "", verdict: "notApplicable",
      because: "this kernel has no AppArmor"),
    ContainerCase(
      name: "selinux", slug: "container-selinux", options: "", verdict: "notApplicable",
      because: "this kernel has no SELinux"),
  ]

  static let offending: [ContainerCase] = [
    ContainerCase(
      name: "x-privileged", slug: "container-privileged", options: "--privileged", verdict: "fail",
      because: "privileged"),
    ContainerCase(
      name: "x-caps", slug: "container-capabilities", options: "--cap-add SYS_ADMIN",
      verdict: "fail",
      because: "beyond the default set"),
    ContainerCase(
      name: "x-etc", slug: "container-sensitive-mounts", options: "-v /etc:/host-etc:ro",
      verdict: "fail", because: "read-only counts too"),
    ContainerCase(
      name: "x-alias", slug: "container-sensitive-mounts", options: "-v /srv/alias:/data",
      verdict: "fail", because: "a link to /etc"),
    ContainerCase(
      name: "x-disguised", slug: "container-sensitive-mounts", options: "-v disguised:/data",
      verdict: "fail", because: "a volume that is /etc in truth"),
    ContainerCase(
      name: "x-sshd", slug: "container-sshd", options: "",
      command: "busybox sh -c 'cp /bin/busybox /sshd && exec -a sleep /sshd 86400'",
      verdict: "fail",
      because: "its executable is an sshd, whatever its title"),
    ContainerCase(
      name: "x-low-port", slug: "container-privileged-ports", options: "-p 127.0.0.1:80:80/udp",
      verdict: "fail", because: "port 80"),
    ContainerCase(
      name: "x-port", slug: "container-needed-ports", options: "-p 127.0.0.1:18082:80",
      verdict: "manual", because: "a person has to judge"),
    ContainerCase(
      name: "x-every-address", slug: "container-port-interface", options: "-p 18083:80",
      verdict: "fail", because: "bound to every address"),
    ContainerCase(
      name: "x-network", slug: "container-host-network", options: "--network host", verdict: "fail",
      because: "the host's"),
    ContainerCase(
      name: "x-network-joined", slug: "container-host-network",
      options: "--network container:x-network",
      verdict: "fail", because: "the host's, through another container"),
    ContainerCase(
      name: "x-pid", slug: "container-host-pid", options: "--pid host", verdict: "fail",
      because: "the host's"),
    ContainerCase(
      name: "x-ipc", slug: "container-host-ipc", options: "--ipc host", verdict: "fail",
      because: "the host's"),
    ContainerCase(
      name: "x-uts", slug: "container-host-uts", options: "--uts host", verdict: "fail",
      because: "the host's"),
    ContainerCase(
      name: "x-memory", slug: "container-memory-limit", options: "", verdict: "fail",
      because: "no limit"),
    ContainerCase(
      name: "x-shares", slug: "container-cpu-shares", options: "--cpu-shares 1024", verdict: "fail",
      because: "1024 is the default"),
    ContainerCase(
      name: "x-writable", slug: "container-read-only-rootfs", options: "", verdict: "fail",
      because: "writable"),
    ContainerCase(
      name: "x-always", slug: "container-restart-policy", options: "--restart always",
      verdict: "fail",
      because: "restarts for ever"),
    ContainerCase(
      name: "x-device", slug: "container-host-devices", options: "--device /dev/zero",
      verdict: "fail",
      because: "a device"),
    ContainerCase(
      name: "x-shared", slug: "container-mount-propagation",
      options: "-v /srv/shared:/data:rshared",
      verdict: "fail", because: "shared with the host"),
    ContainerCase(
      name: "x-unfiltered", slug: "container-seccomp", options: "--security-opt seccomp=unconfined",
      verdict: "fail", because: "no filter"),
    ContainerCase(
      name: "x-parent", slug: "container-cgroup-parent", options: "--cgroup-parent /elsewhere",
      verdict: "fail", because: "a parent that is not allowed"),
    ContainerCase(
      name: "x-new", slug: "container-no-new-privileges",
      options: "--security-opt no-new-privileges=false", verdict: "fail", because: "switched off"),
    ContainerCase(
      name: "x-unhealthy", slug: "container-healthcheck", options: "--no-healthcheck",
      verdict: "fail",
      because: "NONE is none"),
    ContainerCase(
      name: "x-old", slug: "container-image-latest", options: "", command: "moving:1 sleep 86400",
      verdict: "fail", because: "its tag points at another image now"),
    ContainerCase(
      name: "x-processes", slug: "container-pids-limit", options: "", verdict: "fail",
      because: "no limit"),
    ContainerCase(
      name: "x-bridge", slug: "container-default-bridge", options: "", verdict: "fail",
      because: "attached to it"),
    ContainerCase(
      name: "x-socket", slug: "container-docker-socket", options: "-v /var/run/docker.sock:/s",
      verdict: "fail", because: "the socket, under its older name"),
    ContainerCase(
      name: "x-above-socket", slug: "container-docker-socket", options: "-v /run:/host-run",
      verdict: "fail", because: "a directory above the socket"),
    ContainerCase(
      name: "x-exec-privileged", slug: "container-exec-privileged", options: "", verdict: "fail",
      because: "a privileged exec runs in it"),
    ContainerCase(
      name: "x-exec-root", slug: "container-exec-root", options: "", verdict: "fail",
      because: "an exec with --user=root runs in it"),
  ]

  /// After the containers: execs, and the tag moves on.
  static let provocation = """
    docker exec --detach --privileged x-exec-privileged sleep 86400
    docker exec --detach --user root x-exec-root sleep 86400
    docker exec --detach --user 65534 plain sleep 86400
    docker commit plain moving:1
    """

  @Test(
    "are judged right, and none changes what is said of another", arguments: Machine.Suite.allCases)
  func verdicts(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell("set -e; exec >/dev/null\n" + Self.preparation)
      try machine.start(Self.innocent)
      let before = try machine.audit()
      expect(Self.innocent, in: before)

      try machine.start(Self.offending)
      try machine.shell("set -e; exec >/dev/null\n" + Self.provocation)
      let after = try machine.audit()
      expect(Self.innocent + Self.offending, in: after)
      for neighbour in Self.innocent {
        #expect(
          after.verdicts(onContainer: neighbour.name)
            == before.verdicts(onContainer: neighbour.name),
          "what is said of \(neighbour.name) changed")
      }
      let judged = after.checks.filter { $0.section == "5" }.map(\.slug)
      let covered = Set((Self.innocent + Self.offending).map(\.slug))
      #expect(Set(judged).subtracting(covered) == ["swarm-disabled-if-unused"])
      print("\(suite): \(Self.innocent.count + Self.offending.count) verdicts on containers")

      // A container that does not run is still there, and its configuration still counts.
      try machine.shell("docker stop --time 0 x-privileged x-caps x-sshd >/dev/null")
      let stopped = try machine.audit()
      #expect(try stopped.verdict("container-privileged", "container:x-privileged") == "fail")
      #expect(try stopped.verdict("container-capabilities", "container:x-caps") == "fail")
      #expect(try stopped.verdict("container-sshd", "container:x-sshd") == "notApplicable")

      try machine.shell(
        "docker create --name never-started busybox >/dev/null; docker pause plain >/dev/null")
      try Self.expectSameByList(machine)
    }
  }

  /// The Engine is asked for its containers by their directories; by the list it says the same of them.
  private static func expectSameByList(_ machine: Machine) throws {
    func requests(_ option: String) throws -> String {
      try machine.shell(
        """
        strace -f -s 200 -e trace=sendto,write,writev -o /tmp/requests dockward --output /dev/null \(option)
        grep -c 'GET [^ ]*/containers/json' /tmp/requests || true
        """)
    }
    // Another name of the same socket, which is not known to be dockerd's.
    let other = "--host=unix:///run/docker.sock"
    #expect(try requests("") == "0\n")
    #expect(try requests(other) == "1\n")
    let (spared, listed) = (try machine.audit(), try machine.audit(other))
    for check in listed.checks where check.section == "5" {
      #expect(try spared.check(check.slug).subjects == check.subjects, "\(check.slug)")
    }
    #expect(listed.verdicts(onContainer: "never-started")["container-privileged"] == "pass")
    // One whose directory is gone is judged, too.
    try machine.shell(
      "mv /var/lib/docker/containers/$(docker inspect -f '{{.Id}}' x-caps) /root/gone")
    #expect(try requests("") == "1\n")
    #expect(try machine.audit().verdict("container-capabilities", "container:x-caps") == "fail")
  }

  private func expect(_ cases: [ContainerCase], in report: AuditReport) {
    for row in cases {
      let subject = (try? report.check(row.slug))?.subjects.first {
        $0.subject == "container:\(row.name)"
      }
      #expect(
        subject?.verdict == row.verdict,
        "\(row.slug) of \(row.name) (\(row.because)): \(subject.map { "\($0)" } ?? "nothing")")
    }
  }
}

extension Machine {
  /// Makes and starts the containers of `cases`, in order.
  fileprivate func start(_ cases: [ContainerCase]) throws {
    let commands = cases.map { "docker run --detach --name \($0.name) \($0.options) \($0.command)" }
    try shell("set -e; exec >/dev/null\n" + commands.joined(separator: "\n"))
  }
}
