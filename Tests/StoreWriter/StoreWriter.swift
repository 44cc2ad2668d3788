import Drift
import FoundationEssentials
import GRDB
import HardeningModel
import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Another process at a store, for the tests of what happens to one. It says on standard output, a line
/// each, what the store has acknowledged.
@main
struct StoreWriter {
  static func main() throws {
    let arguments = CommandLine.arguments
    switch arguments.dropFirst().first {
    case "write" where arguments.count == 4: try write(to: arguments[2], as: arguments[3])
    case "count" where arguments.count == 5:
      try count(upTo: Int(arguments[4]) ?? 0, in: arguments[2], as: arguments[3])
    case "hold" where arguments.count == 3: try hold(arguments[2])
    default:
      say("Usage: StoreWriter write DIR NAME | count DIR NAME NUMBER | hold DIR")
      exit(64)
    }
  }

  private static func say(_ line: String) {
    var bytes = Array("\(line)\n".utf8)
    _ = bytes.withUnsafeMutableBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
  }

  private static func scan(_ id: String) -> Report.Scan {
    Report.Scan(
      id: id, startedAt: Date.now.rfc3339, durationMilliseconds: 1, host: "host", machineID: "m",
      version: "1")
  }

  /// Writes all that can be written, for ever.
  private static func write(to directory: String, as name: String) throws {
    let person = Person(uid: 0, name: "root")
    var number = 0
    while true {
      // Opened anew now and then, since closing and opening write, too.
      let store = try Store(in: directory, .creating)
      for _ in 0..<7 {
        number += 1
        let id = "\(name)-\(number)"
        let state = Posture.State(verdict: .fail, observed: id)
        // Large enough not to fit into a page or two.
        var posture = Posture(epoch: .init(benchmark: "cis-1.8.0", checks: ["check"]))
        for subject in 0..<50 {
          posture.states[.init(slug: "check", subject: "container:\(subject)")] = state
        }
        let pass = Pass(scan: scan(id), counts: VerdictCounts(fail: 1), posture: posture)
        let event = DriftEvent(
          change: .changed, slug: "check", subject: "container:0", before: state, after: state)
        _ = try store.record(pass) { _ in Store.Consequences(events: [event]) }
        say("pass \(id)")
        let accepted = try store.accept(
          posture, scan: pass.scan, by: person, reason: id, at: .now)
        say("baseline \(accepted.baseline.generation) \(id)")
        try store.begin(
          Transaction(id: id, kind: .remediate, request: "3.1", by: person, begunAt: .now))
        var step = Transaction.Step(
          number: 1, slug: "check", subject: "host", action: "chmod", begunAt: .now)
        try store.write([step], of: id)
        say("step \(id) begun")
        step.status = .fixed
        try store.write([step], of: id)
        try store.end(id, at: .now)
        say("step \(id) fixed")
        if number.isMultiple(of: 5) {
          try store.prune(before: .distantPast)
        }
      }
    }
  }

  /// Records the same passes as everybody who does so: the first to find what the next number says tells
  /// of it.
  private static func count(upTo last: Int, in directory: String, as name: String) throws {
    let store = try Store(in: directory, .creating)
    for number in 1...last {
      func posture(_ number: Int) -> Posture {
        Posture(
          epoch: .init(benchmark: "cis-1.8.0", checks: ["check"]),
          states: [
            .init(slug: "check", subject: "host"): .init(verdict: .pass, observed: "\(number)")
          ])
      }
      let pass = Pass(
        scan: scan("\(name)-\(number)"), counts: VerdictCounts(pass: 1), posture: posture(number))
      _ = try store.record(pass) { past in
        let told = try past.told()?.posture.states.values.first.flatMap { Int($0.observed) }
        guard number > told ?? 0 else { return Store.Consequences() }
        let event = DriftEvent(
          change: .changed, slug: "check", subject: "number:\(number)",
          before: .init(verdict: .pass, observed: ""), after: .init(verdict: .pass, observed: name))
        return Store.Consequences(events: [event], told: Told(posture(number)))
      }
    }
    say("done")
  }

  /// Holds the store for writing until it is killed.
  private static func hold(_ directory: String) throws {
    let queue = try DatabaseQueue(path: "\(directory)/dockward.sqlite")
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "BEGIN IMMEDIATE")
      say("holding")
      while true { pause() }
    }
  }
}
