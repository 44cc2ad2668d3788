import CShims
import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import HostFacts

@Suite("Walking a path in a root without openat2(2)")
struct HostRootWalkTests {
  @Test("leads where the kernel's own way leads, and never out")
  func walk() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/run/docker.sock", "x")
      try fixture.link("/var/run", to: "/run")
      try fixture.link("/a/up", to: "../../../../run")
      try fixture.link("/circle", to: "circle")
      try fixture.link("/dangling", to: "/nowhere")
      try fixture.link("/out", to: "/proc/self/root/etc/passwd")
      try fixture.link("/relative", to: "var/run/docker.sock")
      let root = open(fixture.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      defer { close(root) }
      let paths = [
        "/", "", ".", "/run", "/run/docker.sock", "/var/run/docker.sock", "/a/up/docker.sock",
        "/../../run/docker.sock", "/circle", "/circle/x", "/dangling", "/out", "/relative",
        "/run/docker.sock/x", "/missing", "/run/./docker.sock", "//run//docker.sock", "/a/../run",
      ]
      for path in paths where !path.isEmpty {
        for flags in [
          dockward_o_path, dockward_o_path | O_NOFOLLOW, dockward_o_path | O_DIRECTORY,
          O_RDONLY | O_NONBLOCK,
        ] {
          let expected = dockward_openat2(
            root, path, UInt64(flags | O_CLOEXEC), dockward_resolve_in_root)
          let reason = expected < 0 ? errno : 0
          let walked = Result { () throws(Errno) in
            try HostRoot.walk(path, in: root, flags: flags | O_CLOEXEC)
          }
          switch walked {
          case .success(let descriptor):
            var (one, other) = (stat(), stat())
            fstat(descriptor, &one)
            fstat(expected, &other)
            #expect(one.st_ino == other.st_ino && one.st_dev == other.st_dev, "\(path) \(flags)")
            close(descriptor)
          case .failure(let error): #expect(error.rawValue == reason, "\(path) \(flags)")
          }
          if expected >= 0 { close(expected) }
        }
      }
    }
  }
}
