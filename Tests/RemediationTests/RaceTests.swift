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
        let attacker = try Attacker(
          root: ground.host.root, target: ground.place(Self.target), hasTarget: hasTarget)
        attacker.start()
        defer { attacker.stop() }
        let tries = try await Self.tries(change, on: ground, against: attacker) {
          let now = try Trace(of: victim)
          try #require(now == untouched, "the victim was touched")
        }
        attacker.stop()
        print("race for \(repair.rawValue): \(tries)")
        #expect(try ground.text("/outside/daemon.json") == "victim")
      }
    }
  }

  /// Mends and takes back in turns until there were enough tries of each outcome, and enough attacks: under
  /// load, one of both may stand still for long.
  private static func tries(
    _ change: any HostChange, on ground: Ground, against attacker: Attacker,
    check: () throws -> Void
  ) async throws -> Tries {
    var tries = Tries()
    var isDone = false
    var (turn, triesInTurn) = (-1, 0)
    while !tries.areEnough || attacker.turns < 500 {
      try #require(tries.count < 200_000, "\(tries)")
      triesInTurn = attacker.turns == turn ? triesInTurn + 1 : 0
      turn = attacker.turns
      if triesInTurn > 20 { usleep(100) }
      if let why = await reason(of: change, isDone, on: ground.host) {
        tries.refused += 1
        tries.reasons[String(why.split(separator: "'").last ?? ""), default: 0] += 1
      } else {
        tries.done += 1
        // What was looked at may have been something else that was as it should be.
        isDone.toggle()
      }
      try check()
      // Other tests may have the thread meanwhile.
      await Task.yield()
    }
    return tries
  }

  private static func reason(
    of change: any HostChange, _ isDone: Bool, on host: HostAccess
  ) async -> String? {
    do {
      if isDone {
        try await change.revert(on: host, isForced: false)
      } else {
        try await change.apply(on: host)
      }
      return nil
    } catch {
      return error.description
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

/// What came of mending and taking back.
private struct Tries: CustomStringConvertible {
  var done = 0
  var refused = 0
  /// How often each reason to refuse was given.
  var reasons: [String: Int] = [:]

  var count: Int { done + refused }
  var areEnough: Bool { count >= 2_500 && done > 0 && refused > 0 }
  var description: String { "\(done) done, \(refused) refused: \(reasons)" }
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
  private let victim: ino_t
  private let isStopped = Atomic(false)
  private let turn = Atomic(0)
  private let isOver = DispatchSemaphore(value: 0)

  /// How often it has swapped.
  var turns: Int { turn.load(ordering: .relaxed) }

  init(root: String, target: String, hasTarget: Bool) throws {
    self.root = root
    victim = try #require(Self.inode(root + "/outside/daemon.json"))
    self.target = target
    self.hasTarget = hasTarget
  }

  func start() {
    Thread { [self] in
      while !isStopped.load(ordering: .relaxed) {
        attack(turns)
        bringHome()
        turn.add(1, ordering: .relaxed)
        // The target is itself for a while, too, and now and then for as long as a change takes.
        Self.spin(upTo: turns % 16 == 0 ? 60_000 : 300)
      }
      isOver.signal()
    }.start()
  }

  /// Lets some microseconds pass without giving the processor away, which would be long under load.
  private static func spin(upTo microseconds: Int) {
    let end = ContinuousClock.now + .microseconds(Int.random(in: 0...microseconds))
    while ContinuousClock.now < end {}
  }

  func stop() {
    if isStopped.exchange(true, ordering: .relaxed) { return }
    isOver.wait()
  }

  /// What was moved to the target in the very moment of a change may be somewhere else when it is to be
  /// moved back.
  private func bringHome() {
    let home = root + "/outside/daemon.json"
    guard Self.inode(home) != victim else { return }
    for directory in ["/outside", "/etc/docker", "/etc/aside", "/etc"] {
      for name in ["daemon.json", ".daemon.json.dockward-new", "aside"] {
        let place = "\(root)\(directory)/\(name)"
        guard Self.inode(place) == victim else { continue }
        // What has its name is not the victim.
        unlink(home)
        _ = renameNew(place, home)
        return
      }
    }
  }

  private static func inode(_ path: String) -> ino_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_ino : nil
  }

  private func attack(_ turn: Int) {
    let victim = root + "/outside/daemon.json"
    let directory = root + "/etc/docker"
    let aside = root + "/etc/aside"
    switch turn % 5 {
    case 0:
      instead(of: target, aside) {
        symlink(victim, $0)
      } back: {
        unlink($0)
      }
    case 1:
      instead(of: target, aside) {
        link(victim, $0)
      } back: {
        unlink($0)
      }
    case 2:
      instead(of: target, aside) {
        renameNew(victim, $0)
      } back: {
        renameNew($0, victim)
      }
    case 3:
      instead(of: directory, aside) {
        symlink("../outside", $0)
      } back: {
        unlink($0)
      }
    default:
      instead(of: directory, aside) {
        renameNew(root + "/outside", $0)
      } back: {
        renameNew($0, root + "/outside")
      }
    }
  }

  private func instead(
    of place: String, _ aside: String, put: (String) -> CInt, back: (String) -> CInt
  ) {
    // Where nothing is to be, what has come into being is out of the way for as long.
    let wasThere = renameNew(place, aside) == 0
    let isPut = put(place) == 0
    Self.spin(upTo: 100)
    if isPut { _ = back(place) }
    if wasThere { _ = renameNew(aside, place) }
  }
}

private func renameNew(_ one: String, _ other: String) -> CInt {
  dockward_rename_new(AT_FDCWD, one, other)
}
