import Catalog
import Documents
import Drift
import Foundation
import HardeningModel
import TestSupport
import Testing

/// Something that is done to a machine, and what is to be told of it.
struct Deed: Sendable {
  var script: String
  var undoing: String
  /// `CHANGE [CHECK] SUBJECT`
  var told: String
  var toldOfUndoing: String
}

/// What happens on a real Engine is told once, each thing as one event of the right kind.
@Suite(
  "Drift on a real Engine", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct DriftTests {
  static let preparation = """
    set -e; exec >/dev/null 2>&1
    run() { name=$1; shift; docker run -d --name "$name" "$@" busybox:latest sleep 86400; }
    docker tag busybox:latest web:1
    docker run -d --name runs-the-tag web:1 sleep 86400
    docker tag busybox:latest web:2
    docker run -d --name follows web:2 sleep 86400
    run remade
    run limited --memory 64m
    run to-remove
    run by-port -p 8080:80 -p 81
    docker create --name created busybox:latest true
    docker run --name over busybox:latest true
    run shop-web-1 --label com.docker.compose.project=shop --label com.docker.compose.service=web \
      --label com.docker.compose.container-number=1 --label com.docker.compose.oneoff=False
    """

  /// No registry can be reached: a commit gives another image, and tagging it is what a pull does to the
  /// tag.
  static let deeds = [
    Deed(
      script: "docker run -d --privileged --name evil busybox:latest sleep 86400",
      undoing: "docker rm -f evil",
      told: "appeared container:evil", toldOfUndoing: "disappeared container:evil"),
    Deed(
      script: "chmod 666 $(systemctl show -P FragmentPath docker)",
      undoing: "chmod 644 $(systemctl show -P FragmentPath docker)",
      told: "regressed file-docker-service-mode file:UNIT",
      toldOfUndoing: "improved file-docker-service-mode file:UNIT"),
    Deed(
      script: "docker update --memory 128m --memory-swap 256m limited",
      undoing: "docker update --memory 64m --memory-swap 128m limited",
      told: "changed container-memory-limit container:limited",
      toldOfUndoing: "changed container-memory-limit container:limited"),
    Deed(
      script: "docker rm -f to-remove",
      undoing: "docker run -d --name to-remove busybox:latest sleep 86400",
      told: "disappeared container:to-remove", toldOfUndoing: "appeared container:to-remove"),
    Deed(
      script: """
        id=$(docker create busybox:latest true); docker commit -m other $id other:1; docker rm $id
        docker tag other:1 web:1; docker rmi other:1
        """,
      undoing: "docker tag busybox:latest web:1",
      told: "changed image:web:1", toldOfUndoing: "changed image:web:1"),
    // Pulled, and the container made again from it at once.
    Deed(
      script: """
        id=$(docker create busybox:latest true); docker commit -m new $id web:2; docker rm $id
        docker rm -f follows; docker run -d --name follows web:2 sleep 86400
        """,
      undoing: """
        docker tag busybox:latest web:2
        docker rm -f follows; docker run -d --name follows web:2 sleep 86400
        """,
      told: "changed image:web:2", toldOfUndoing: "changed image:web:2"),
    // It takes the filter of system calls and more with it.
    Deed(
      script:
        "docker rm -f remade; docker run -d --privileged --name remade busybox:latest sleep 9999",
      undoing: "docker rm -f remade; docker run -d --name remade busybox:latest sleep 9999",
      told: "regressed container-privileged container:remade",
      toldOfUndoing: "improved container-privileged container:remade"),
  ]

  /// What changes nothing that was accepted.
  private static let harmless = [
    "docker restart -t 0 limited runs-the-tag by-port",
    "docker stop -t 0 limited by-port", "docker start limited by-port",
    // Made again under the same name; and the next replica of the service.
    "docker rm -f to-remove && docker run -d --name to-remove busybox:latest sleep 86400",
    """
    docker rm -f shop-web-1 && docker run -d --name shop-web-2 \
      --label com.docker.compose.project=shop --label com.docker.compose.service=web \
      --label com.docker.compose.container-number=2 --label com.docker.compose.oneoff=False \
      busybox:latest sleep 86400
    """,
    "systemctl restart docker && docker start limited runs-the-tag by-port to-remove shop-web-2",
  ]

  @Test("is told once, and so is what undoes it", arguments: Machine.Suite.allCases)
  func deeds(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(Self.preparation)
      let unit = try machine.shell("systemctl show -P FragmentPath docker").trimmed
      let baseline = try machine.posture()
      #expect(baseline.partiality == nil)
      var told = Told(baseline)
      var count = 0
      func expect(_ expected: [String], _ what: String) throws {
        let news = Drift.news(baseline: baseline, told: told, current: try machine.posture())
        let events = news.events.map(\.text)
        #expect(
          events == expected.map { $0.replacing("UNIT", with: unit) }.sorted(), "\(suite): \(what)")
        told = news.told
        count += 1
      }
      try expect([], "nothing was done")
      for script in Self.harmless {
        try machine.quietly(script)
        try expect([], script)
      }
      for deed in Self.deeds {
        try machine.quietly(deed.script)
        try expect([deed.told], deed.script)
        try expect([], "after: \(deed.script)")
      }
      for deed in Self.deeds {
        try machine.quietly(deed.undoing)
        try expect([deed.toldOfUndoing + " again"], deed.undoing)
        try expect([], "after: \(deed.undoing)")
      }
      // All of it between two passes: as many events as things that happened.
      for deed in Self.deeds { try machine.quietly(deed.script) }
      try expect(Self.deeds.map(\.told), "everything at once")
      try expect([], "after everything")
      for deed in Self.deeds { try machine.quietly(deed.undoing) }
      try expect(Self.deeds.map { $0.toldOfUndoing + " again" }, "everything undone at once")
      try expect([], "after everything was undone")
      #expect(Drift.diff(from: baseline, to: try machine.posture()).isEmpty)
      print("\(suite): \(count) passes compared, each with exactly what happened before it")
    }
  }

  /// Swarm mode keeps the containers of tasks that are over, so that several are of one slot.
  @Test("of a service is none when its tasks are replaced", arguments: Machine.Suite.allCases)
  func tasks(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      let settled = """
        settled() {
          for try in $(seq 300); do
            [ "$(docker ps -q --filter name=web. | wc -l)" = "$1" ] && \
              [ "$(docker service ps --filter desired-state=running --format '{{.CurrentState}}' web \
                | grep -c '^Running')" = "$1" ] && \
              [ -z "$(docker ps -aq --filter status=created)" ] && return 0
            sleep 0.1
          done
          exit 1
        }
        """
      try machine.quietly(
        """
        docker swarm init --advertise-addr 127.0.0.1
        docker service create -d --name web --replicas 2 --no-resolve-image --restart-delay 0s \
          busybox:latest sleep 86400
        docker service create -d --name agent --mode global --no-resolve-image \
          busybox:latest sleep 86400
        \(settled)
        settled 2
        """)
      let baseline = try machine.posture()
      var told = Told(baseline)
      func expect(_ expected: [String], after script: String) throws {
        try machine.quietly("\(settled)\n\(script)")
        let news = Drift.news(baseline: baseline, told: told, current: try machine.posture())
        #expect(news.events.map(\.text) == expected, "\(suite): \(script)")
        told = news.told
      }
      try expect([], after: "docker kill $(docker ps -q --filter name=web.1); sleep 0.2; settled 2")
      try expect(
        [],
        after: """
          docker service update --detach=false --quiet --update-delay 0s --env-add A=B web; settled 2
          """)
      try expect(
        ["appeared container:swarm/web/3"], after: "docker service scale -d web=3; settled 3")
      try expect([], after: "docker kill $(docker ps -q --filter name=web.3); sleep 0.2; settled 3")
      try expect(
        ["disappeared container:swarm/web/3 again"],
        after: """
          docker service scale -d web=2; settled 2
          docker rm -f $(docker ps -aq --filter name=web.3) || true
          """)
      print("\(suite): 5 passes over a service whose tasks were replaced")
    }
  }

  @Test("of an Engine that does not answer is that, and not that all is gone")
  func engine() async throws {
    try await Machine.with(.trixie) { machine in
      try machine.shell(Self.preparation)
      let baseline = try machine.posture()
      try machine.shell("systemctl stop docker.socket docker.service")
      let out = try machine.posture()
      #expect(out.partiality != nil)
      let lost = Drift.news(baseline: baseline, told: Told(baseline), current: out)
      #expect(lost.events.map(\.change) == [.lostSight])
      try machine.shell(
        """
        systemctl start docker.socket docker.service
        docker start limited runs-the-tag by-port to-remove shop-web-1
        """)
      let back = Drift.news(baseline: baseline, told: lost.told, current: try machine.posture())
      #expect(back.events.map(\.change) == [.regainedSight])
      print("trixie: an Engine that was away is 2 events")
    }
  }
}

extension Machine {
  /// What a pass in the machine finds, by the newest benchmark.
  fileprivate func posture() throws -> Posture {
    let text = try shell(
      "dockward check --save-snapshot /tmp/snapshot > /dev/null && cat /tmp/snapshot")
    let snapshot = try JSONDecoder().decode(HostSnapshot.self, from: Data(text.utf8))
    let terms = Assessment.Terms(benchmark: try BenchmarkLibrary().benchmark(named: nil))
    let scan = Report.Scan(
      id: "", startedAt: snapshot.startedAt, durationMilliseconds: 0, host: "", machineID: "",
      version: "")
    return Posture(of: Assessment.report(of: snapshot, by: terms, scan: scan), from: snapshot)
  }

  fileprivate func quietly(_ script: String) throws {
    try shell("set -e; exec >/dev/null; \(script)")
  }
}

extension DriftEvent {
  /// `CHANGE [CHECK] SUBJECT`, and `again` where it is as accepted.
  fileprivate var text: String {
    ([change.rawValue] + [slug].compactMap { $0 } + [subject] + (isReturn ? ["again"] : []))
      .joined(separator: " ")
  }
}

extension [String] {
  /// By subject, as events are; here the last word but `again`.
  fileprivate func sorted() -> [String] {
    sorted { $0.subject < $1.subject }
  }
}

extension String {
  fileprivate var subject: String {
    String(split(separator: " ").last { $0 != "again" } ?? "")
  }
}
