import Glibc
import TestSupport
import Testing

@testable import Remediation

/// What makes a change of a file be refused.
struct Refusal: Sendable, CustomTestStringConvertible {
  var name: String
  var reason: String
  var prepare: @Sendable (Ground) throws -> Void
  var testDescription: String { name }

  static let file = "/etc/docker/daemon.json"

  /// Expects that the change, which is planned before, is refused, and nothing is changed at all.
  func expect(_ plan: (Ground) throws -> any HostChange) async throws {
    try await Ground.with { ground in
      try ground.write("{}", to: Self.file, mode: 0o666, uid: 1000)
      let change = try plan(ground)
      do {
        try prepare(ground)
      } catch  where name == "immutable" {
        print("not tried on an immutable file: \(error)")
        return
      }
      let before = try ground.everything()
      let refusal = await Self.reason(of: change, on: ground.host)
      #expect(refusal == reason)
      #expect(try ground.everything() == before)
      try? setImmutable(ground.place(Self.file), false)
    }
  }

  private static func reason(of change: any HostChange, on host: HostAccess) async -> String? {
    do {
      try await change.apply(on: host)
      return nil
    } catch {
      return error.description
    }
  }

  static let ofAttributes = [
    Refusal(name: "hard link", reason: "refused: '\(file)' has other names (2 hard links)") {
      try check(link($0.place(file), $0.place("/etc/other")), "link")
    },
    Refusal(name: "symbolic link", reason: "refused: '\(file)' is a symbolic link") {
      try check(rename($0.place(file), $0.place("/etc/other")), "rename")
      try check(symlink("../other", $0.place(file)), "symlink")
    },
    Refusal(
      name: "replaced",
      reason: "refused: '\(file)' is another file than the one that was judged"
    ) {
      try check(rename($0.place(file), $0.place("/etc/other")), "rename")
      try $0.write("{}", to: file, mode: 0o666, uid: 1000)
    },
    Refusal(name: "gone", reason: "cannot change '\(file)': it is gone") {
      try check(unlink($0.place(file)), "unlink")
    },
    Refusal(name: "changed", reason: "refused: '\(file)' has changed since: its mode 0600") {
      try check(chmod($0.place(file), 0o600), "chmod")
    },
    Refusal(
      name: "loose directory",
      reason: "refused: '/etc/docker' is writable by others than root; mend that first"
    ) { try check(chmod($0.place("/etc/docker"), 0o775), "chmod") },
    Refusal(
      name: "sticky directory",
      reason: "refused: '/etc' is writable by others than root; mend that first"
    ) { try check(chmod($0.place("/etc"), 0o1777), "chmod") },
    Refusal(
      name: "somebody's directory",
      reason: "refused: '/etc/docker' belongs to user 1000, not to root; mend that first"
    ) { try check(chown($0.place("/etc/docker"), 1000, 0), "chown") },
    Refusal(
      name: "linked directory", reason: "refused: '/etc/docker' is a symbolic link"
    ) {
      try check(rename($0.place("/etc/docker"), $0.place("/docker")), "rename")
      try check(symlink("../docker", $0.place("/etc/docker")), "symlink")
    },
    Refusal(
      name: "immutable", reason: "cannot change the mode of '\(file)': it is immutable (chattr +i)"
    ) {
      try setImmutable($0.place(file), true)
    },
  ]

  static let ofContents =
    ofAttributes.filter {
      ["hard link", "symbolic link", "loose directory", "sticky directory", "linked directory"]
        .contains($0.name)
    } + [
      .init(name: "gone", reason: "refused: '\(file)' has changed since: it is gone") {
        try check(unlink($0.place(file)), "unlink")
      },
      .init(
        name: "written", reason: "refused: '\(file)' has changed since: its contents are others"
      ) {
        try $0.write("[]", to: file)
      },
      .init(name: "directory", reason: "refused: '\(file)' has changed since: it is a directory") {
        try check(unlink($0.place(file)), "unlink")
        try $0.makeDirectory(file)
      },
      .init(name: "immutable", reason: "cannot write '\(file)': it is immutable (chattr +i)") {
        try setImmutable($0.place(file), true)
      },
    ]
}
