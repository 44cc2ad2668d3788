import Foundation
import Glibc
import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

extension FixtureRoot {
  /// What `body` returns, given an empty root that is there only as long as it runs.
  static func with<Outcome>(
    _ body: (FixtureRoot) async throws -> Outcome
  ) async throws -> Outcome {
    try await TemporaryDirectory.with { try await body(FixtureRoot(path: $0)) }
  }

  func fifo(_ path: String) throws {
    try makeParent(of: path)
    try #require(mkfifo(self.path + path, 0o600) == 0)
  }

  /// The null device, see null(4); only root makes one.
  func nullDevice(_ path: String = "/dev/null") throws {
    try makeParent(of: path)
    // Major number 1, minor number 3.
    try #require(mknod(self.path + path, S_IFCHR | 0o666, 1 << 8 | 3) == 0)
  }

  /// A socket that nobody listens at.
  func socket(_ path: String, mode: mode_t = 0o660) throws {
    try makeParent(of: path)
    let socket = try UnixSocket(boundTo: self.path + path)
    socket.close()
    try setMode(mode, of: path)
  }

  /// What `body` returns, given this root opened.
  func opened<Outcome>(_ body: (HostRoot) throws -> Outcome) throws -> Outcome {
    let root = try HostRoot(path)
    defer { root.close() }
    return try body(root)
  }

  /// All that is read of this root; no Engine is asked.
  func snapshot() async throws -> HostSnapshot {
    var reader = HostReader(startedAt: "2025-01-02T03:04:05Z")
    reader.root = path
    return try await reader.snapshot()
  }
}

extension FixtureRoot {
  /// A process as proc(5) shows it, its namespaces by number.
  func process(_ pid: Int, _ executable: String, cgroup: String, namespace: Int) throws {
    try file("/proc/\(pid)/cgroup", "0::\(cgroup)\n")
    try link("/proc/\(pid)/exe", to: executable)
    try link("/proc/\(pid)/ns/pid", to: "pid:[\(4_026_531_836 + namespace)]")
  }

  /// What the kernel says of the processes of `containers`, on a host with AppArmor; `trustsNumbers`
  /// where the Engine is known to number processes as the host does.
  func processFacts(
    of containers: [Container], trustsNumbers: Bool = false
  ) async throws -> [String: ProcessFacts] {
    let root = try HostRoot(path)
    defer { root.close() }
    return await ProcessScan(
      root: root, table: ProcessTable(root), trustsNumbers: trustsNumbers,
      kernel: KernelFacts(appArmor: .found(true), seLinux: .absent)
    ).facts(of: containers)
  }
}

extension FixtureRoot {
  /// A file whose name is not UTF-8.
  func fileNamed(_ prefix: String, bytes: [UInt8], suffix: String) throws {
    let name = Array((path + prefix).utf8) + bytes + Array(suffix.utf8) + [0]
    let descriptor = name.withUnsafeBytes { name -> CInt in
      guard let base = name.baseAddress else { return -1 }
      return creat(base.assumingMemoryBound(to: CChar.self), 0o666)
    }
    try #require(descriptor >= 0)
    close(descriptor)
  }
}
