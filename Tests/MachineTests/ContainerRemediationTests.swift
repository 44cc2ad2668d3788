import Foundation
import TestSupport
import Testing

/// Limits of containers of a real Engine: each remedy turns its check from fail to pass without a restart,
/// is left alone then, and is taken back.
@Suite(
  "Limits of real containers",
  .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct ContainerRemediationTests {
  private static let slugs = [
    "container-memory-limit", "container-cpu-shares", "container-pids-limit",
    "container-restart-policy",
  ]

  private static let preparation = """
    set -e; exec >/dev/null
    docker run -d --name web --restart always busybox sleep 100000
    docker run -d --name paused --restart unless-stopped busybox sleep 100000; docker pause paused
    docker create --name idle --restart on-failure busybox sleep 100000
    """

  private static let configuration = """
    mkdir -p /etc/dockward
    printf 'remediation:\\n  containers: {memory: 64m, cpuShares: 512, pids: 100}\\n' \
      >/etc/dockward/dockward.yaml
    """

  /// What the Engine tells of all containers, and what the kernel has of those that run, a limit that is
  /// none as `none`: the words for it differ.
  private static let limits = #"""
    for name in web paused idle; do
      docker inspect -f '{{.Id}} {{.State.Status}} {{.State.Pid}} {{.State.StartedAt}} {{json .HostConfig.RestartPolicy}}' $name
      docker inspect -f 'shares={{json .HostConfig.CpuShares}} memory={{json .HostConfig.Memory}} pids={{json .HostConfig.PidsLimit}}' $name |
        sed -E 's/shares=(0|1024) /shares=none /; s/memory=(0|4611686018427387904) /memory=none /; s/pids=(0|-1|null)$/pids=none/'
      find /sys/fs/cgroup -path "*$(docker inspect -f '{{.Id}}' $name)*" \( -name memory.limit_in_bytes \
          -o -name memory.memsw.limit_in_bytes -o -name memory.max -o -name memory.swap.max \
          -o -name pids.max -o -name cpu.shares \) | sort | while read -r file; do
        printf '%s %s\n' "${file##*/}" "$(sed -E 's/^(max|[0-9]{19})$/none/' "$file")"
      done
    done
    """#

  @Test("are set while they run, and taken back", arguments: Machine.Suite.allCases)
  func everyOne(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(Self.preparation)
      for slug in Self.slugs.dropLast() {
        let refused = try machine.remediate(slug, status: 4)
        #expect(
          refused.results.allSatisfy {
            $0.status == "refused" && $0.reason.contains("remediation.containers.")
          }, "\(suite): \(slug): \(refused.results)")
      }
      try machine.shell(Self.configuration)
      for slug in Self.slugs {
        #expect(try machine.verdict(of: slug) == "fail", "\(suite): \(slug)")
        let before = try machine.shell(Self.limits)
        let done = try machine.remediate(slug)
        #expect(
          done.results.map(\.subject) == ["container:idle", "container:paused", "container:web"])
        #expect(Set(done.results.map(\.status)) == ["fixed"], "\(suite): \(slug): \(done.results)")
        #expect(try machine.verdict(of: slug) == "pass", "\(suite): \(slug)")
        let after = try machine.shell(Self.limits)
        #expect(after != before)

        let again = try machine.remediate(slug)
        #expect(Set(again.results.map(\.status)) == ["alreadyCompliant"], "\(suite): \(slug)")
        #expect(again.transaction == nil)
        #expect(try machine.shell(Self.limits) == after)

        let undone = try machine.run("dockward", "undo", try #require(done.transaction))
        #expect(undone.status == 0, "\(suite): \(slug): \(undone.output)\(undone.errors)")
        #expect(try machine.verdict(of: slug) == "fail", "\(suite): \(slug)")
        #expect(try machine.shell(Self.limits) == before, "\(suite): \(slug)")
      }
      print("\(suite): \(Self.slugs.count) limits set on running containers, idempotent and undone")
    }
  }

  @Test("are not set below what a container uses", arguments: Machine.Suite.allCases)
  func inUse(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(
        """
        set -e; exec >/dev/null 2>&1
        docker run -d --name web busybox sh -c 'dd if=/dev/zero of=/dev/shm/x bs=1M count=60; sleep 100000'
        until docker exec web test -e /dev/shm/x && ! docker top web | grep -q dd; do sleep 0.1; done
        """)
      try machine.shell(Self.configuration)
      let outcome = try machine.remediate("container-memory-limit", status: 4)
      #expect(outcome.results.map(\.status) == ["refused"], "\(outcome.results)")
      #expect(outcome.results[0].reason.contains("more than 90 %"), "\(outcome.results)")
      #expect(try machine.shell("docker inspect -f '{{.HostConfig.Memory}}' web") == "0\n")
      #expect(try machine.shell("docker inspect -f '{{.State.Running}}' web") == "true\n")
    }
  }

  @Test(
    "are not taken back from another container of the same name", arguments: Machine.Suite.allCases)
  func madeAgain(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      let make = "docker run -d --name web --restart always busybox sleep 100000 >/dev/null"
      try machine.shell(make)
      _ = try machine.remediate("container-restart-policy")
      try machine.shell("docker rm -f web >/dev/null; " + make)
      let undone = try machine.run("dockward", "undo")
      #expect(undone.status == 4, "\(undone.output)\(undone.errors)")
      #expect(
        try machine.shell("docker inspect -f '{{.HostConfig.RestartPolicy.Name}}' web")
          == "always\n")
    }
  }
}
