import Foundation
import TestSupport
import Testing

/// Much at once: nothing is lost, nothing is flooded, nothing grows.
@Suite("A storm", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct StormTests {
  /// 200 containers made and removed, a file that is written a thousand times a second, the Engine and
  /// journald restarted; then a state that has to be known.
  private static let storm = """
    exec >/dev/null 2>&1
    unit=$(systemctl show -P FragmentPath docker)
    ( start=${EPOCHREALTIME/./} count=0
      while ((count < 10000)); do
        due=$(((${EPOCHREALTIME/./} - start) / 1000))
        while ((count < due && count < 10000)); do
          echo "{\\"log-level\\": \\"info\\"}" >/etc/docker/daemon.json; count=$((count + 1))
        done
        sleep 0.005
      done
      echo "$count writes in $(((${EPOCHREALTIME/./} - start) / 1000)) ms" >/root/writes ) &
    for lane in 1 2 3 4; do
      ( for n in {1..50}; do
          docker run -d --privileged --name "storm-$lane-$n" busybox:latest sleep 86400
          docker rm -f "storm-$lane-$n"
        done ) &
    done
    wait
    for n in {1..10}; do
      systemctl reset-failed docker; systemctl restart docker
      docker run -d --name "between-$n" busybox:latest sleep 86400; docker rm -f "between-$n"
      ((n == 5)) && systemctl restart systemd-journald
    done
    chmod 666 "$unit"
    docker run -d --privileged --name survivor busybox:latest sleep 86400
    """

  @Test("leaves the service as it was, and knowing what is", arguments: Machine.Suite.allCases)
  func storm(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.startService()
      let process = try machine.serviceProperty("MainPID")
      let resting = try Self.memory(machine, process)
      try machine.run("bash", "-c", Self.storm).expectSuccess()
      // What it has seen at last is told; a pass over all then has nothing to add.
      let told = try Self.settled(machine)
      try machine.shell("systemctl reload dockward")
      let after = try Self.settled(machine)
      #expect(after.count == told.count, "\(suite): \(after.suffix(after.count - told.count))")

      #expect(try machine.serviceProperty("MainPID") == process)
      #expect(try machine.serviceProperty("NRestarts") == "0")
      let unit = try machine.shell("systemctl show -P FragmentPath docker").trimmed
      #expect(Self.last(of: "file:\(unit)", in: after)?["DOCKWARD_CHANGE"] == "regressed")
      #expect(Self.last(of: "container:survivor", in: after)?["DOCKWARD_CHANGE"] == "appeared")
      for subject in Set(after.compactMap { $0["DOCKWARD_SUBJECT"] })
      where subject.hasPrefix("container:") && subject != "container:survivor" {
        #expect(
          Self.last(of: subject, in: after)?["DOCKWARD_CHANGE"] == "disappeared",
          "\(suite): \(subject)")
      }
      let flood = Self.flood(after)
      #expect(flood.isEmpty, "\(suite): told more than once in a pass, or too often: \(flood)")
      let memory = try Self.memory(machine, process)
      let descriptors = try machine.shell("ls /proc/\(process)/fd | wc -l").trimmed
      #expect(memory.peak < 150_000)
      print(
        "\(suite): \(try machine.shell("cat /root/writes").trimmed), \(after.count) entries; "
          + "resident \(resting.now) kB before, "
          + "\(memory.now) kB after, \(memory.peak) kB at most; \(descriptors) descriptors")
    }
  }

  /// The entries about drift, when no more have come for three seconds.
  private static func settled(_ machine: Machine) throws -> [[String: String]] {
    var entries = try machine.journal("-t dockward DOCKWARD_EVENT=drift")
    for _ in 0..<40 {
      try machine.shell("sleep 3")
      let more = try machine.journal("-t dockward DOCKWARD_EVENT=drift")
      if more.count == entries.count { break }
      entries = more
    }
    return entries
  }

  private static func last(
    of subject: String, in entries: [[String: String]]
  ) -> [String: String]? {
    entries.last { $0["DOCKWARD_SUBJECT"] == subject }
  }

  /// The subjects of which a check was told twice in one pass, or more often over all the time than there are
  /// moments in which changes are gathered. How close two entries are says nothing: a busy machine delays the one,
  /// and not the other.
  private static func flood(_ entries: [[String: String]]) -> [String] {
    let times = entries.compactMap { $0["__REALTIME_TIMESTAMP"].flatMap { Int($0) } }
    let moments = ((times.max() ?? 0) - (times.min() ?? 0)) / 200_000 + 1
    return Dictionary(grouping: entries) {
      "\($0["DOCKWARD_SUBJECT"] ?? "") \($0["DOCKWARD_SLUG"] ?? "")"
    }.filter { _, entries in
      Set(entries.compactMap { $0["DOCKWARD_SCAN_ID"] }).count < entries.count
        || entries.count > moments
    }.keys.sorted()
  }

  /// What is resident of a process, and the most that ever was, in kB.
  private static func memory(
    _ machine: Machine, _ process: String
  ) throws -> (now: Int, peak: Int) {
    let lines = try machine.shell("grep -E '^Vm(RSS|HWM)' /proc/\(process)/status")
      .split(separator: "\n")
    func value(_ name: String) -> Int {
      let line = lines.first { $0.hasPrefix(name) } ?? ""
      return Int(line.filter(\.isNumber)) ?? 0
    }
    return (value("VmRSS"), value("VmHWM"))
  }
}
