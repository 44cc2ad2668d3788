import HardeningModel

/// The processes of one cgroup and of those below it, as the cgroup file system lists them.
struct CgroupMembers {
  let pids: Set<Int>

  private static let groupLimit = 1000

  /// The members of the cgroup that `pid` is in, by `text`, its `/proc/PID/cgroup`; `nil` where the cgroup
  /// file system does not show them, or shows some other cgroup under that name.
  init?(of pid: Int, _ text: [UInt8], _ root: HostRoot) {
    guard let directory = Self.directory(named: String(decoding: text, as: UTF8.self)) else {
      return nil
    }
    var pids: Set<Int> = []
    var waiting = [directory]
    var groups = 0
    while let group = waiting.popLast() {
      groups += 1
      guard groups <= Self.groupLimit, let list = try? root.text(of: group + "/cgroup.procs"),
        let below = try? root.directories(in: group)
      else { return nil }
      pids.formUnion(list.split(separator: "\n").compactMap { Int($0) })
      waiting += below.map { group + "/" + $0 }
    }
    guard pids.contains(pid) else { return nil }
    self.pids = pids
  }

  /// Where the cgroup file system shows what `/proc/PID/cgroup` names: the unified hierarchy (its line
  /// begins `0::`), else that of the `pids` controller, see cgroups(7).
  static func directory(named text: String) -> String? {
    var unified: String?
    // By bytes: characters would take most of the time that all processes take.
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(
        separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false
      ).map { Substring($0) }
      guard fields.count == 3, fields[1] == "pids" || fields[0] == "0",
        fields[2].hasPrefix("/"), !fields[2].split(separator: "/").contains("..")
      else { continue }
      if fields[1] == "pids" { return "/sys/fs/cgroup/pids" + fields[2] }
      if fields[0] == "0" { unified = "/sys/fs/cgroup" + fields[2] }
    }
    return unified
  }
}
