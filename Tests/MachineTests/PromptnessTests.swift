import Foundation
import TestSupport
import Testing

/// How long the service takes from a deed to the entry in the journal, by the clocks of both.
@Suite(
  "From a deed to the journal", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct PromptnessTests {
  struct Deed: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var preparation = "true"
    let script: String
    let undoing: String
    /// The fields of the entries: the change, the check or nothing, the subject.
    let told: [String]
    let toldOfUndoing: [String]
  }

  static let deeds = [
    Deed(
      testDescription: "chmod 666 of docker.service",
      script: "chmod 666 \"$unit\"", undoing: "chmod 644 \"$unit\"",
      told: ["regressed", "file-docker-service-mode", "file:$unit"],
      toldOfUndoing: ["improved", "file-docker-service-mode", "file:$unit"]),
    Deed(
      testDescription: "a privileged container's start",
      script: "docker run -d --privileged --name evil busybox:latest sleep 86400",
      undoing: "docker rm -f evil",
      told: ["appeared", "", "container:evil"],
      toldOfUndoing: ["disappeared", "", "container:evil"]),
    Deed(
      testDescription: "docker update",
      preparation: """
        docker run -d --name limited --memory 64m --memory-swap 128m busybox:latest sleep 86400
        """,
      script: "docker update --memory 128m --memory-swap 256m limited",
      undoing: "docker update --memory 64m --memory-swap 128m limited",
      told: ["changed", "container-memory-limit", "container:limited"],
      toldOfUndoing: ["changed", "container-memory-limit", "container:limited"]),
  ]

  /// Prints for each of `$1` tries after how many microseconds the deed was in the journal; journald's time
  /// of reception counts, not when it was read here.
  private static func script(_ deed: Deed) -> String {
    """
    set -u
    unit=$(systemctl show -P FragmentPath docker)
    # Nobody follows the journal meanwhile: journalctl --follow shows an entry late at times.
    await() { # SINCE CHANGE SLUG SUBJECT
      local line end=$((SECONDS + 20))
      while ((SECONDS < end)); do
        while read -r line; do
          [[ $line =~ \\"__REALTIME_TIMESTAMP\\":\\"([0-9]+)\\" ]] && when=${BASH_REMATCH[1]}
          ((when < $1)) || return 0
        done < <(
          journalctl -q -o json -t dockward -n 5 DOCKWARD_EVENT=drift "DOCKWARD_CHANGE=$2" \
            ${3:+"DOCKWARD_SLUG=$3"} "DOCKWARD_SUBJECT=$4"
        )
        sleep 0.05
      done
      echo "not told within 20 s: $*" >&2
      return 1
    }
    for try in $(seq "$1"); do
      before=${EPOCHREALTIME/[.,]/}
      { \(deed.script); } >/dev/null || exit 1
      await "$before" \(quoted(deed.told)) || exit 1
      echo $((when - before))
      undone=${EPOCHREALTIME/[.,]/}
      { \(deed.undoing); } >/dev/null || exit 1
      await "$undone" \(quoted(deed.toldOfUndoing)) || exit 1
      # So that no two tries fall into step with anything.
      sleep 0.$((RANDOM % 4))$((RANDOM % 10))
    done
    """
  }

  private static func quoted(_ words: [String]) -> String {
    words.map { "\"\($0)\"" }.joined(separator: " ")
  }

  /// How often each is done; `make bench-service` does it a hundred times.
  private static let tries =
    ProcessInfo.processInfo.environment["DOCKWARD_DEEDS"].flatMap { Int($0) } ?? 10

  @Test("each deed is told, and it is printed how soon", arguments: deeds)
  func latency(_ deed: Deed) async throws {
    try await Machine.with(.trixie) { machine in
      try machine.shell("{ \(deed.preparation); } >/dev/null")
      try machine.startService()
      let outcome = try machine.run("bash", "-c", Self.script(deed), "latency", "\(Self.tries)")
      if outcome.status != 0 {
        try print(machine.shell("journalctl --no-pager -n 40 -t dockward"))
      }
      try outcome.expectSuccess()
      let times = outcome.output.split(separator: "\n").compactMap { Int($0) }.sorted()
      try #require(times.count == Self.tries)
      func milliseconds(_ share: Double) -> Int {
        times[max(0, Int((Double(times.count) * share).rounded(.up)) - 1)] / 1000
      }
      print(
        "\(deed.testDescription): \(times.count) tries, median \(milliseconds(0.5)) ms, 99th percentile "
          + "\(milliseconds(0.99)) ms, longest \(milliseconds(1)) ms")
    }
  }
}
