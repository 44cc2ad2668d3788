import Testing

@testable import HostFacts

/// The texts are those of cgroups(7), as Engine 20.10 and 26.1 lay them out with either driver.
@Suite("Containers of a cgroup")
struct ContainerIDTests {
  static let a = String(repeating: "0123456789abcdef", count: 4)
  static let b = String(repeating: "fedcba9876543210", count: 4)

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let ids: Set<String>
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ ids: Set<String>) {
      self.name = name
      self.text = text
      self.ids = ids
    }
  }

  @Test(
    "are found by their whole ids",
    arguments: [
      Row("nothing", "", []),
      Row("the host", "0::/\n", []),
      Row("a service", "0::/system.slice/docker.service\n", []),
      Row("the systemd driver", "0::/system.slice/docker-\(a).scope\n", [a]),
      Row("the cgroupfs driver", "0::/docker/\(a)\n", [a]),
      Row("no newline", "0::/docker/\(a)", [a]),
      Row("below it", "0::/docker/\(a)/init.scope\n", [a]),
      Row("another cgroup namespace", "0::/../\(a)\n", [a]),
      Row(
        "version 1",
        "12:pids:/docker/\(a)\n11:cpu,cpuacct:/docker/\(a)\n1:name=systemd:/docker/\(a)\n0::/system.slice/containerd.service\n",
        [a]),
      Row("another container's", "0::/docker/\(b)\n", [b]),
      Row("a parent of its own", "0::/machine.slice/\(a)\n", [a]),
      Row("an unknown one", "0::/docker/\(String(repeating: "0", count: 64))\n", []),
      Row("one digit more", "0::/docker/\(a)0\n", []),
      Row("one digit before", "0::/docker/0\(a)\n", []),
      Row("one digit less", "0::/docker/\(a.dropLast())\n", []),
      Row("capitals", "0::/docker/\(a.uppercased())\n", []),
      Row("two in one run", "0::/docker/\(a)\(b)\n", []),
      Row("one that it called by another's id, below its own", "0::/docker/\(a)/\(b)\n", [a]),
      Row("both, apart", "1:a:/docker/\(a)\n2:b:/docker/\(b)\n", [a, b]),
    ])
  func find(_ row: Row) {
    #expect(ProcessScan.containerIDs(in: Array(row.text.utf8), among: [Self.a, Self.b]) == row.ids)
  }

  @Test("are found among bytes that are not text")
  func bytes() {
    let bytes = [0xFF, 0x00] + Array(Self.a.utf8) + [0xFF]
    #expect(ProcessScan.containerIDs(in: bytes, among: [Self.a]) == [Self.a])
  }

  @Test(
    "have executables that are called by their last name",
    arguments: [
      ("/usr/sbin/sshd", "sshd"), ("/usr/sbin/sshd (deleted)", "sshd"), ("sshd", "sshd"),
      ("/sshd (deleted) (deleted)", "sshd (deleted)"), ("/opt/my app/run me", "run me"),
      ("/", "/"), ("", ""),
    ])
  func fileName(_ path: String, name: String) {
    #expect(ProcessScan.fileName(of: path) == name)
  }
}
