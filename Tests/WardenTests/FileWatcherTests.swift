import Foundation
import HostFacts
import Synchronization
import TestSupport
import Testing

@testable import Warden

/// What is watched in a directory of the test, by the events that the kernel has ready at once.
private struct Site {
  let root: FixtureRoot
  let watches: Watches
  var list = WatchList()

  static let own: HostParts = {
    var parts = HostParts()
    parts.ownSide = true
    return parts
  }()
  static let engine: HostParts = {
    var parts = HostParts()
    parts.engine = true
    return parts
  }()

  static func with(_ body: (inout Site) throws -> Void) throws {
    try TemporaryDirectory.with { path in
      let inotify = try Inotify()
      defer { inotify.close() }
      var site = Site(root: FixtureRoot(path: path), watches: Watches(inotify))
      try body(&site)
    }
  }

  func path(_ path: String) -> String { root.path + path }

  /// Follows the list until nothing is new; what that touched is dropped.
  func settle() {
    for _ in 0..<5 where !watches.follow(WatchPlan(list)).touched.isEmpty {}
  }

  /// Expects what `deed` touches. (Closures in the arguments of a macro may be taken for one another.)
  func expect(
    _ parts: HostParts, sourceLocation: SourceLocation = #_sourceLocation,
    by deed: () throws -> Void
  ) rethrows {
    let touched = try touched(by: deed)
    #expect(touched == parts, sourceLocation: sourceLocation)
  }

  /// What `deed` touches.
  func touched(by deed: () throws -> Void) rethrows -> HostParts {
    _ = watches.touched()
    try deed()
    return watches.touched()
  }
}

@Suite("Watched files")
struct WatchesTests {
  struct Deed: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What is done to `/etc/docker.json`.
    let run: @Sendable (FixtureRoot) throws -> Void

    init(_ name: String, _ run: @escaping @Sendable (FixtureRoot) throws -> Void) {
      testDescription = name
      self.run = run
    }
  }

  private static func succeed(_ status: Int32) throws {
    guard status == 0 else { throw Failure("\(String(cString: strerror(errno)))") }
  }

  static let deeds = [
    Deed("chmod") { try succeed(chmod($0.path + "/etc/docker.json", 0o666)) },
    Deed("chown") { try succeed(chown($0.path + "/etc/docker.json", getuid(), getgid())) },
    Deed("written anew") {
      try Data("x".utf8).write(to: URL(filePath: $0.path + "/etc/docker.json"))
    },
    Deed("appended to, and left open") {
      let file = open($0.path + "/etc/docker.json", O_WRONLY | O_APPEND)
      #expect(write(file, "x", 1) == 1)
      close(file)
    },
    Deed("replaced") {
      try $0.file("/etc/new", "new")
      try succeed(rename($0.path + "/etc/new", $0.path + "/etc/docker.json"))
    },
    Deed("replaced from elsewhere") {
      try succeed(rename($0.path + "/elsewhere", $0.path + "/etc/docker.json"))
    },
    Deed("deleted") { try succeed(unlink($0.path + "/etc/docker.json")) },
    Deed("moved away") {
      try succeed(rename($0.path + "/etc/docker.json", $0.path + "/etc/other"))
    },
    Deed("chmod by another hard link") { try succeed(chmod($0.path + "/hard", 0o666)) },
    Deed("written by another hard link") {
      let file = open($0.path + "/hard", O_WRONLY)
      #expect(write(file, "x", 1) == 1)
      close(file)
    },
    Deed("its directory is moved away") {
      try succeed(rename($0.path + "/etc", $0.path + "/was"))
    },
    Deed("its directory is replaced") {
      try succeed(rename($0.path + "/etc", $0.path + "/was"))
      try $0.file("/etc/docker.json", "other")
    },
  ]

  @Test("tell of whatever happens to a file", arguments: deeds)
  func file(_ deed: Deed) throws {
    try Site.with { site in
      try site.root.file("/etc/docker.json", "{}")
      try site.root.file("/elsewhere", "{}")
      try Self.succeed(link(site.path("/etc/docker.json"), site.path("/hard")))
      site.list.add(path: site.path("/etc/docker.json"), Site.own)
      site.settle()
      let touched = try site.touched { try deed.run(site.root) }
      #expect(touched == Site.own)
      // Whatever it was: what is there afterwards is watched as well.
      site.settle()
      try site.root.file("/etc/docker.json", "again")
      site.settle()
      let again = try site.touched {
        try Self.succeed(chmod(site.path("/etc/docker.json"), 0o600))
      }
      #expect(again == Site.own)
    }
  }

  @Test("tell nothing of other names in the same directory")
  func otherNames() throws {
    try Site.with { site in
      try site.root.file("/etc/docker.json", "{}")
      site.list.add(path: site.path("/etc/docker.json"), Site.own)
      site.settle()
      let touched = try site.touched {
        for number in 0..<100 {
          let path = try site.root.file("/etc/other-\(number)", "x")
          try Self.succeed(chmod(path, 0o600))
          try Self.succeed(unlink(path))
        }
        try site.root.directory("/etc/docker.json.d")
      }
      #expect(touched.isEmpty)
      _ = site.watches.follow(WatchPlan(site.list))
      try site.expect(Site.own) { try site.root.file("/etc/docker.json", "x") }
    }
  }

  @Test("tell of what was not there, however much of the way to it was missing")
  func coming() throws {
    try Site.with { site in
      site.list.add(path: site.path("/a/b/c/file"), Site.own)
      site.list.add(folder: site.path("/x/y"), Site.engine)
      site.settle()
      for directory in ["/a", "/a/b", "/a/b/c"] {
        let touched = try site.touched { try site.root.directory(directory) }
        #expect(touched == Site.own)
        site.settle()
      }
      try site.expect(Site.own) { try site.root.file("/a/b/c/file") }
      // What came between two plans is told by the second.
      try site.root.file("/x/y/one", "x")
      #expect(site.watches.follow(WatchPlan(site.list)).touched == Site.engine)
      try site.expect(Site.engine) { try site.root.file("/x/y/two", "x") }
    }
  }

  @Test("follow symbolic links: the link, those on the way, and what they lead to")
  func links() throws {
    try Site.with { site in
      try site.root.file("/data/real/file", "x")
      try site.root.file("/data/second/file", "x")
      try site.root.link("/var/run", to: "../indirect")
      try site.root.link("/indirect", to: site.path("/data/real"))
      site.list.add(path: site.path("/var/run/file"), Site.own)
      site.settle()
      try site.expect(Site.own) { try Self.succeed(chmod(site.path("/data/real/file"), 0o600)) }
      let retargeted = try site.touched {
        try site.root.link("/new", to: site.path("/data/second"))
        try Self.succeed(rename(site.path("/new"), site.path("/indirect")))
      }
      #expect(retargeted == Site.own)
      site.settle()
      try site.expect(Site.own) { try Self.succeed(chmod(site.path("/data/second/file"), 0o600)) }
      try site.expect(HostParts()) {
        try Self.succeed(chmod(site.path("/data/real/file"), 0o644))
      }
      try site.expect(Site.own) { try Self.succeed(unlink(site.path("/var/run"))) }
    }
  }

  @Test("do not go round in circles")
  func circles() throws {
    try Site.with { site in
      try site.root.link("/a", to: "b")
      try site.root.link("/b", to: "a")
      try site.root.link("/tree/again", to: site.path("/tree"))
      site.list.add(path: site.path("/a/file"), Site.own)
      site.list.add(tree: site.path("/tree"), Site.own)
      site.settle()
      try site.expect(Site.own) { try Self.succeed(unlink(site.path("/b"))) }
      #expect(site.watches.count < 20)
    }
  }

  @Test("tell of all names in a folder, and on each level of a tree")
  func trees() throws {
    try Site.with { site in
      try site.root.directory("/drop-ins")
      try site.root.directory("/certs.d")
      site.list.add(folder: site.path("/drop-ins"), Site.own)
      site.list.add(tree: site.path("/certs.d"), Site.own)
      site.settle()
      try site.expect(Site.own) { try site.root.file("/drop-ins/a.conf") }
      try site.expect(Site.own) { try Self.succeed(chmod(site.path("/drop-ins/a.conf"), 0o666)) }
      try site.expect(Site.own) { try site.root.directory("/certs.d/host:5000") }
      site.settle()
      try site.expect(Site.own) { try site.root.file("/certs.d/host:5000/ca.crt") }
      try site.expect(Site.own) { try site.root.directory("/certs.d/host:5000/deep") }
      // It came before anyone watched the directory.
      try site.root.file("/certs.d/host:5000/deep/client.key")
      #expect(site.watches.follow(WatchPlan(site.list)).touched == Site.own)
      try site.expect(Site.own) {
        try Self.succeed(chmod(site.path("/certs.d/host:5000/deep"), 0o700))
      }
    }
  }

  @Test("touch what the path is for, and of one that is for two things both")
  func parts() throws {
    try Site.with { site in
      try site.root.file("/run/docker.sock")
      site.list.add(path: site.path("/run/docker.sock"), Site.engine)
      site.list.add(path: site.path("/run/other"), Site.own)
      site.settle()
      try site.expect(Site.engine) { try site.root.file("/run/docker.sock", "x") }
      site.list.add(path: site.path("/run/docker.sock"), Site.own)
      #expect(site.watches.follow(WatchPlan(site.list)).touched == Site.engine.union(Site.own))
      let both = try site.touched { try site.root.file("/run/docker.sock", "y") }
      #expect(both == Site.engine.union(Site.own))
    }
  }

  @Test(
    "cost nothing in the kernel while the list and the files stay, and nothing is left of another")
  func differences() throws {
    try Site.with { site in
      try site.root.file("/etc/docker.json")
      site.list.add(path: site.path("/etc/docker.json"), Site.own)
      let before = site.list
      site.settle()
      let count = site.watches.count
      #expect(site.watches.follow(WatchPlan(site.list)).touched.isEmpty)
      try site.root.file("/opt/x/y/file")
      site.list.add(path: site.path("/opt/x/y/file"), Site.own)
      site.settle()
      #expect(site.watches.count == count + 4)
      site.list = before
      site.settle()
      #expect(site.watches.count == count)
      try site.expect(HostParts()) { try site.root.file("/opt/x/y/file", "x") }
      // Inodes that are given out again.
      for _ in 0..<50 {
        try Self.succeed(unlink(site.path("/etc/docker.json")))
        try site.root.file("/etc/docker.json")
        site.settle()
        #expect(site.watches.count == count)
        try site.expect(Site.own) {
          try Self.succeed(chmod(site.path("/etc/docker.json"), 0o600))
        }
      }
    }
  }

  @Test("touch everything when the kernel could not tell all")
  func overflow() throws {
    try Site.with { site in
      try site.root.directory("/etc")
      site.list.add(path: site.path("/etc/docker.json"), Site.own)
      site.settle()
      let limit = try #require(
        Int(
          String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)))
      let touched = try site.touched {
        for number in 0...limit / 2 {
          let path = site.path("/etc/\(number)")
          let file = open(path, O_CREAT | O_WRONLY, 0o600)
          close(file)
          try Self.succeed(unlink(path))
        }
      }
      #expect(touched == .all)
      try site.expect(Site.own) { try site.root.file("/etc/docker.json") }
    }
  }

  @Test("do not watch what anybody writes to")
  func devices() throws {
    try Site.with { site in
      try site.root.link("/masked.service", to: "/dev/null")
      site.list.add(path: site.path("/masked.service"), Site.own)
      site.settle()
      let touched = site.touched {
        let null = open("/dev/null", O_WRONLY)
        for _ in 0..<100 { #expect(write(null, "x", 1) == 1) }
        close(null)
      }
      #expect(touched.isEmpty)
    }
  }

  @Test("take names with bytes that are no text")
  func names() throws {
    try Site.with { site in
      try site.root.directory("/drop-ins")
      site.list.add(folder: site.path("/drop-ins"), Site.own)
      site.settle()
      let touched = site.touched {
        let name = Array(site.path("/drop-ins/").utf8CString.dropLast()) + [-1, -2, 0]
        let file = open(name, O_CREAT | O_WRONLY, 0o600)
        #expect(file >= 0)
        close(file)
      }
      #expect(touched == Site.own)
      #expect(WatchPlan(site.list).problems.isEmpty)
    }
  }
}

@Suite("The file watcher", .timeLimit(.minutes(1)))
struct FileWatcherTests {
  @Test("tells at once, and little of a file that is written all the time")
  func storm() async throws {
    try await TemporaryDirectory.with { directory in
      let (touches, teller) = AsyncStream.makeStream(of: HostParts.self)
      let count = Atomic(0)
      let watcher = try FileWatcher { parts in
        count.add(1, ordering: .relaxed)
        teller.yield(parts)
      }
      defer { watcher.close() }
      var list = WatchList()
      list.add(path: directory + "/file", Site.own)
      #expect(watcher.watch(list).isEmpty)
      var arrivals = touches.makeAsyncIterator()
      // That it is watched from now on.
      #expect(await arrivals.next() == Site.own)
      #expect(watcher.watch(list).isEmpty)
      let began = ContinuousClock.now
      for number in 0..<2000 {
        try Data("\(number)".utf8).write(to: URL(filePath: directory + "/file"))
      }
      let took = began.duration(to: .now)
      #expect(await arrivals.next() == Site.own)
      // Some 50 a second at most.
      #expect(count.load(ordering: .relaxed) <= Int(took / .milliseconds(20)) + 3)
    }
  }

  @Test("leaves no descriptor open")
  func descriptors() throws {
    func openDescriptors() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))
          == "anon_inode:inotify"
      }
    }
    // Other tests have theirs.
    for _ in 0..<60 {
      let watcher = try FileWatcher { _ in }
      var list = WatchList()
      list.add(path: "/etc/passwd", Site.own)
      _ = watcher.watch(list)
      watcher.close()
      #expect(watcher.watch(list) == [])
    }
    var left = try openDescriptors()
    let deadline = ContinuousClock.now + .seconds(20)
    while left > 20, .now < deadline {
      usleep(10_000)
      left = try openDescriptors()
    }
    #expect(left <= 20)
  }
}
