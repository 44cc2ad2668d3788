import CShims
import Foundation
import Glibc
import HardeningModel
import Synchronization
import TestSupport
import Testing

@testable import Remediation

/// Somebody who may do everything swaps the target and the directories above it, as fast as possible,
/// for links to a file outside and for that file itself, while the target is mended and taken back.
@Suite(
  "A race for a file", .serialized, .enabled(if: geteuid() == 0, "needs root: it gives files away"))
struct RaceTests {
  static let target = "/etc/docker/daemon.json"

  /// A remedy, and what is at the target before it.
  enum Repair: String, CaseIterable, Sendable {
    case owner, mode, replace, create, directory
  }

  @Test("never touches a file outside", arguments: Repair.allCases)
  func race(_ repair: Repair) async throws {
    try await Ground.with { ground in
      // Without a disk, more tries fit into a second.
      try await Mount.with(bytes: 16 << 20, at: ground.host.root) {
        try ground.makeDirectory("/etc")
        try ground.makeDirectory("/etc/docker")
        try ground.makeDirectory("/outside")
        let hasTarget = repair != .create && repair != .directory
        if hasTarget { try ground.write("old", to: Self.target, mode: 0o666, uid: 1000) }
        // By its attributes it could be the target.
        try ground.write("victim", to: "/outside/daemon.json", mode: 0o666, uid: 1000)
        let victim = open(ground.place("/outside/daemon.json"), O_RDONLY | O_CLOEXEC)
        try #require(victim >= 0)
        defer { close(victim) }
        let untouched = try Trace(of: victim)

        let change = try Self.change(repair, on: ground)
        let attacker = Attacker(
          root: ground.host.root, target: ground.place(Self.target), hasTarget: hasTarget)
        attacker.start()
        var (done, refused) = (0, 0)
        var reasons: [String: Int] = [:]
        var isDone = false
        while done + refused < 2_500 {
          let why = await reason { () throws(RemediationError) in
            if isDone {
              try await change.revert(on: ground.host, isForced: false)
            } else {
              try await change.apply(on: ground.host)
            }
          }
          if let why {
            refused += 1
            reasons[String(why.split(separator: "'").last ?? ""), default: 0] += 1
          } else {
            done += 1
            // What was looked at may have been something else that was as it should be.
            isDone.toggle()
          }
          let now = try Trace(of: victim)
          try #require(now == untouched, "the victim was touched, after: \(why ?? "done")")
        }
        attacker.stop()
        print("race for \(repair.rawValue): \(done) done, \(refused) refused: \(reasons)")
        #expect(done > 0 && refused > 0)
        #expect(try ground.text("/outside/daemon.json") == "victim")
        #expect(try ground.names(in: "/outside") == ["daemon.json"])
      }
    }
  }

  private static func change(_ repair: Repair, on ground: Ground) throws -> any HostChange {
    switch repair {
    case .owner: try ground.owner(of: target, to: 0, 0)
    case .mode: try ground.mode(of: target, to: 0o644)
    case .replace, .create: try ground.contents(of: target, to: "new")
    case .directory: DirectoryChange(path: target)
    }
  }
}

/// What nobody may have changed of a file, by whichever name it is reached.
private struct Trace: Equatable {
  var owner: [UInt32]
  var mode: mode_t
  var modified: [Int]
  var bytes: [UInt8]

  init(of file: CInt) throws {
    var status = stat()
    try check(fstat(file, &status), "look at the victim")
    // The attacker itself changes the time of change, by its links.
    owner = [status.st_uid, status.st_gid]
    mode = status.st_mode
    modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = pread(file, &buffer, buffer.count, 0)
    bytes = Array(buffer.prefix(max(count, 0)))
    guard status.st_nlink > 0 else { throw Failure("the victim was removed") }
  }
}

/// A thread that swaps, waits no time, and swaps back, until it is stopped.
private final class Attacker: Sendable {
  private let root: String
  private let target: String
  private let hasTarget: Bool
  private let isStopped = Atomic(false)
  private let isOver = DispatchSemaphore(value: 0)

  init(root: String, target: String, hasTarget: Bool) {
    self.root = root
    self.target = target
    self.hasTarget = hasTarget
  }

  func start() {
    Thread { [self] in
      var turn = 0
      while !isStopped.load(ordering: .relaxed) {
        attack(turn)
        turn += 1
        // The target is itself for a while, too.
        for _ in 0..<Int.random(in: 0...60) { sched_yield() }
      }
      isOver.signal()
    }.start()
  }

  func stop() {
    isStopped.store(true, ordering: .relaxed)
    isOver.wait()
  }

  private func attack(_ turn: Int) {
    let victim = root + "/outside/daemon.json"
    let directory = root + "/etc/docker"
    let aside = root + "/etc/aside"
    switch turn % 5 {
    case 0: instead(of: target, aside) { symlink(victim, $0) } back: { unlink($0) }
    case 1: instead(of: target, aside) { link(victim, $0) } back: { unlink($0) }
    case 2: instead(of: target, aside) { rename(victim, $0) } back: { rename($0, victim) }
    case 3:
      instead(of: directory, aside) { symlink("../outside", $0) } back: { unlink($0) }
    default:
      instead(of: directory, aside) {
        rename(root + "/outside", $0)
      } back: {
        rename($0, root + "/outside")
      }
    }
  }

  private func instead(
    of place: String, _ aside: String, put: (String) -> CInt, back: (String) -> CInt
  ) {
    // Where nothing is to be, what has come into being is out of the way for as long.
    let wasThere = renameNew(place, aside) == 0
    let isPut = put(place) == 0
    for _ in 0..<Int.random(in: 0...30) { sched_yield() }
    if isPut { _ = back(place) }
    if wasThere { _ = renameNew(aside, place) }
  }
}

private func renameNew(_ one: String, _ other: String) -> CInt {
  dockward_rename_new(AT_FDCWD, one, other)
}
