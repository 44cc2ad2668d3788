import HardeningModel

/// The processes of a host, by the process namespace that each is in.
struct ProcessTable: Sendable {
  /// What `/proc/PID/ns/pid` says, by process number; empty where it could not be read.
  var namespaces: [Int: String] = [:]
  /// Why there is no table.
  var failure: String?

  /// Reads all processes that there are.
  init(_ root: HostRoot) {
    do {
      for pid in try root.entries(of: "/proc").compactMap({ Int($0) }) {
        namespaces[pid] = (try? root.link(at: "/proc/\(pid)/ns/pid")) ?? ""
      }
    } catch {
      failure = error.description
    }
  }
}

/// Which processes belong to which container, by the kernel's account.
struct ProcessScan {
  let root: HostRoot
  let table: ProcessTable
  /// Whether the Engine numbers processes as this host does: it is known to run here, and not in a
  /// process namespace of its own.
  let trustsNumbers: Bool
  /// What the kernel offers: without a security module there are no labels to read.
  let kernel: KernelFacts

  /// The file name of an executable by what `/proc/PID/exe` says.
  static func fileName(of executable: String) -> String {
    var path = Substring(executable)
    let deleted = " (deleted)"
    if path.hasSuffix(deleted) { path = path.dropLast(deleted.count) }
    return path.split(separator: "/").last.map(String.init) ?? String(path)
  }

  /// What the kernel says of the processes of each running container, by container id.
  func facts(of containers: [Container]) -> [String: ProcessFacts] {
    let running = containers.filter { (try? $0.isRunning()) ?? false }
    if let failure = table.failure {
      let nothing = ProcessFacts(first: .unreadable(failure), executables: .unreadable(failure))
      return Dictionary(
        running.map { ($0.id, nothing) }, uniquingKeysWith: { first, _ in first })
    }
    let members = members(of: running)
    var facts: [String: ProcessFacts] = [:]
    for container in running {
      let own = members[container.id] ?? []
      facts[container.id] = ProcessFacts(
        first: first(of: container, members: own), executables: executables(of: own, container))
    }
    return facts
  }

  /// The processes of each container: those in the process namespace that it has for itself, and those
  /// in its cgroup or one below.
  ///
  /// The kernel takes its time to write down the cgroups of a process, and a host has many: a cgroup
  /// is asked for its processes, and the processes of the host's own namespace are asked for theirs only
  /// where that did not do.
  private func members(of running: [Container]) -> [String: Set<Int>] {
    let ids = Set(running.map(\.id))
    let hostNamespace = table.namespaces[1] ?? ""
    var namespaces = table.namespaces
    var owners: [String: String] = [:]
    var members: [String: Set<Int>] = [:]
    for pid in running.compactMap(\.state.pid.value) where namespaces[pid] == nil {
      // It started after the table was made.
      namespaces[pid] = (try? root.link(at: "/proc/\(pid)/ns/pid")) ?? ""
    }
    let firstOnes = running.compactMap { $0.state.pid.value.flatMap { namespaces[$0] } }
    let shared = Dictionary(grouping: firstOnes) { $0 }.filter { $0.value.count > 1 }
    for container in running {
      guard let pid = container.state.pid.value, let namespace = namespaces[pid] else { continue }
      // Whose namespace another container has joined cannot tell its own processes by it.
      let ownsNamespace =
        ["", "private"].contains(container.hostConfig.pidMode.value) && !namespace.isEmpty
        && namespace != hostNamespace && shared[namespace] == nil
      guard (ownsNamespace && trustsNumbers) || cgroups(of: pid, among: ids).contains(container.id)
      else { continue }
      members[container.id] = [pid]
      if ownsNamespace { owners[namespace] = container.id }
    }
    var others = running.filter { members[$0.id] != nil && !owners.values.contains($0.id) }
    others.removeAll { container in
      guard let pid = container.state.pid.value, let own = CgroupMembers(of: pid, root)?.pids else {
        return false
      }
      members[container.id, default: []].formUnion(own)
      return true
    }
    for (pid, namespace) in namespaces {
      if let id = owners[namespace] {
        members[id, default: []].insert(pid)
      } else if namespace.isEmpty || namespace != hostNamespace || !others.isEmpty {
        for id in cgroups(of: pid, among: ids) { members[id, default: []].insert(pid) }
      }
    }
    return members
  }

  private func cgroups(of pid: Int, among ids: Set<String>) -> Set<String> {
    let text = (try? root.contents(of: "/proc/\(pid)/cgroup")) ?? []
    return Self.containerIDs(in: text, among: ids)
  }

  /// The ids among `ids` in the text of `/proc/PID/cgroup`: runs of exactly 64 hexadecimal digits, as
  /// in `/docker/ID` and `/system.slice/docker-ID.scope`. Of each line only the first counts: below
  /// its own cgroup a container may name others as it likes.
  static func containerIDs(in cgroups: [UInt8], among ids: Set<String>) -> Set<String> {
    var found: Set<String> = []
    for line in cgroups.split(separator: UInt8(ascii: "\n")) {
      let first = line.split(whereSeparator: { !isHexDigit($0) }).lazy.filter { $0.count == 64 }
        .map { String(decoding: $0, as: UTF8.self) }.first { ids.contains($0) }
      if let first { found.insert(first) }
    }
    return found
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  private func first(of container: Container, members: Set<Int>) -> Reading<FirstProcess> {
    guard let pid = container.state.pid.value else { return .absent }
    guard members.contains(pid) else {
      return .unreadable("process \(pid) is not in a cgroup of this container")
    }
    do {
      let status = try root.contents(of: "/proc/\(pid)/status")
      return .found(
        FirstProcess(
          seccomp: Self.number("Seccomp:", in: status),
          noNewPrivileges: Self.number("NoNewPrivs:", in: status).map { $0 != 0 },
          label: label(of: pid)))
    } catch {
      return error.isAbsence ? .absent : .unreadable(error.description)
    }
  }

  /// The number on the line of `/proc/PID/status` that begins with `field`.
  static func number(_ field: String, in status: [UInt8]) -> Int? {
    var rest = status[...]
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      if line.starts(with: field.utf8) {
        return Int(String(decoding: line.dropFirst(field.utf8.count), as: UTF8.self).trimmed)
      }
      rest = rest[line.endIndex...].dropFirst()
    }
    return nil
  }

  private func label(of pid: Int) -> Reading<String> {
    if kernel.appArmor == .absent, kernel.seLinux == .absent { return .absent }
    for file in ["attr/apparmor/current", "attr/current"] {
      do {
        let text = try root.text(of: "/proc/\(pid)/\(file)", limit: 4096)
        return .found(text.split(separator: "\0").first.map { $0.trimmed } ?? "")
      } catch {
        // Without a security module the file is not there, or is there and gives EINVAL.
        guard error.isAbsence || error.number == .invalidArgument else {
          return .unreadable(error.description)
        }
      }
    }
    return .absent
  }

  private func executables(of pids: Set<Int>, _ container: Container) -> Reading<[String]> {
    guard !pids.isEmpty else {
      return .unreadable("no process was found in a cgroup of this container")
    }
    var names: Set<String> = []
    for pid in pids {
      do {
        names.insert(Self.fileName(of: try root.link(at: "/proc/\(pid)/exe")))
      } catch {
        // A process that ended meanwhile, or is ending, has no executable.
        if !error.isAbsence { return .unreadable(error.description) }
      }
    }
    return .found(names.sorted())
  }
}
