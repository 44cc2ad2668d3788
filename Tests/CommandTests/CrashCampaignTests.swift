import Foundation
import TestSupport
import Testing

/// `dockward remediate` is killed at each system call that changes something, by strace(1), on a host that is
/// mounted at a directory. Whoever comes next finds it as before or as after.
@Suite(
  "Remediations that are killed",
  .enabled(if: access("/usr/bin/strace", X_OK) == 0, "strace, which kills them, is not installed"))
struct CrashCampaignTests {
  /// What is remediated, and what the host is like that it fails for.
  struct Campaign: Sendable, CustomTestStringConvertible {
    var name: String
    var checks: String
    var make: @Sendable (FixtureRoot) throws -> Void
    var testDescription: String { name }
  }

  /// A finding each: of several, each is by itself as before or as after.
  static let campaigns = [
    Campaign(name: "owner, after setuid", checks: "file-docker-service-owner") { host in
      let unit = try host.file("/usr/lib/systemd/system/docker.service", "[Service]\n")
      #expect(chown(unit, 1000, 1000) == 0)
      #expect(chmod(unit, 0o4755) == 0)
    },
    Campaign(name: "mode", checks: "file-docker-service-mode") { host in
      try host.file("/usr/lib/systemd/system/docker.service", "[Service]\n", mode: 0o666)
    },
    Campaign(name: "daemon.json, edited", checks: "daemon-inter-container-traffic") { host in
      try host.file("/etc/docker/daemon.json", "{\"debug\": false,\n\t\"labels\": [ \"a\"]}")
    },
    Campaign(name: "daemon.json, made", checks: "daemon-userland-proxy") { host in
      try host.directory("/etc/docker")
    },
    Campaign(name: "daemon.json and its directory, made", checks: "daemon-no-new-privileges") {
      host in
      try host.directory("/etc")
    },
  ]

  /// The system calls that change something, or make a change last.
  fileprivate static let calls = [
    "openat", "openat2", "write", "pwrite64", "ftruncate", "fallocate", "fsync", "fdatasync",
    "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat",
    "rmdir", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat",
    "setxattr", "lsetxattr", "fsetxattr", "fremovexattr", "utimensat",
  ]

  @Test("leave the host as before or as after", arguments: campaigns)
  func campaign(_ campaign: Campaign) throws {
    try FixtureRoot.with { place in
      let host = try Host(campaign, in: place)
      let points = try host.points()
      #expect(points.contains { $0.call == "pwrite64" }, "the ledger is written")
      var (killed, before, after) = (0, 0, 0)
      for point in points {
        try host.reset()
        guard try host.remediate(killedAt: point).signal != nil else { continue }
        killed += 1
        let recovery = try host.recover()
        #expect([0, 4].contains(recovery.status), "\(point): \(recovery.errors)")
        switch try host.tree() {
        case host.before: before += 1
        case host.after: after += 1
        case let other:
          Issue.record(
            "\(campaign.name), killed at \(point): \(other.difference(from: host.after))\n\(recovery.errors)"
          )
        }
      }
      print("\(campaign.name): \(killed) kills, \(before) as before, \(after) as after")
      #expect(killed > 20 && before > 0 && after > 0)
    }
  }

  /// A system call, by how many of its name a thread has made up to then.
  struct Point: Hashable, CustomStringConvertible {
    var call: String
    var number: Int
    var description: String { "\(call) \(number)" }
  }

  /// A host at a directory, which is made anew for each try.
  private struct Host {
    let campaign: Campaign
    let place: FixtureRoot
    private(set) var before: [String: String] = [:]
    private(set) var after: [String: String] = [:]

    private var root: FixtureRoot { FixtureRoot(path: place.path + "/host") }

    init(_ campaign: Campaign, in place: FixtureRoot) throws {
      self.campaign = campaign
      self.place = place
      try reset()
      before = try tree()
      let run = try remediate()
      #expect(run.status == 0, "\(run.output)\(run.errors)")
      after = try tree()
      #expect(before != after)
    }

    func reset() throws {
      try? FileManager.default.removeItem(atPath: root.path)
      try root.directory("/var/lib", mode: 0o755)
      try campaign.make(root)
    }

    private var arguments: [String] { ["remediate", campaign.checks, "--root", root.path] }

    func remediate(killedAt point: Point? = nil) throws -> Dockward {
      guard let point else { return try Dockward.run(arguments) }
      return try Dockward.run(
        "/usr/bin/strace",
        [
          "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(point.call)", "-e",
          "inject=\(point.call):signal=SIGKILL:when=\(point.number)", Dockward.executable,
        ] + arguments)
    }

    /// Another command, which finds what the killed one has left.
    func recover() throws -> Dockward {
      try Dockward.run(["remediate", "file-sysconfig-docker-owner", "--root", root.path])
    }

    /// Each system call by which something below this place is changed.
    func points() throws -> [Point] {
      try reset()
      let trace = place.path + "/trace"
      // With the paths of descriptors, as `write(5</path>, …`.
      _ = try Dockward.run(
        "/usr/bin/strace",
        [
          "-f", "-qq", "-y", "-s", "0", "-o", trace, "-e",
          "trace=\(CrashCampaignTests.calls.map { "?" + $0 }.joined(separator: ","))",
        ]
          + [Dockward.executable] + arguments)
      var counts: [String: Int] = [:]
      var points: [Point] = []
      for line in String(decoding: try Data(contentsOf: URL(filePath: trace)), as: UTF8.self)
        .split(separator: "\n")
      {
        // `PID  call(…) = …`; what was interrupted comes in two parts, of which the first counts.
        let words = line.split(separator: " ", maxSplits: 1)
        guard words.count == 2, let end = words[1].firstIndex(of: "(") else { continue }
        let call = words[1][..<end].trimmingCharacters(in: .whitespaces)
        guard CrashCampaignTests.calls.contains(call) else { continue }
        let number = counts["\(words[0]) \(call)", default: 0] + 1
        counts["\(words[0]) \(call)"] = number
        let opensOnly = call.hasPrefix("openat") && !words[1].contains("O_CREAT")
        let point = Point(call: call, number: number)
        if !opensOnly, words[1].contains(place.path), !points.contains(point) {
          points.append(point)
        }
      }
      return points
    }

    /// What there is on that host, but for dockward's own state.
    func tree() throws -> [String: String] {
      var tree: [String: String] = [:]
      let paths = FileManager.default.enumerator(atPath: root.path)
      while let path = paths?.nextObject() as? String {
        guard !path.hasPrefix("var/lib/dockward") else { continue }
        var status = stat()
        #expect(lstat("\(root.path)/\(path)", &status) == 0)
        var text = String(status.st_mode, radix: 8) + " \(status.st_uid):\(status.st_gid)"
        if status.st_mode & S_IFMT == S_IFREG {
          text += " " + (try root.text("/" + path).debugDescription)
        }
        tree[path] = text
      }
      return tree
    }
  }
}

extension [String: String] {
  fileprivate func difference(from other: [String: String]) -> String {
    let paths = Set(keys).union(other.keys).sorted()
    return paths.filter { self[$0] != other[$0] }
      .map { "\($0): \(self[$0] ?? "absent") and not \(other[$0] ?? "absent")" }
      .joined(separator: "; ")
  }
}
