import HardeningModel

/// The processes of a host, by the process namespace that each is in.
struct ProcessTable: Sendable {
  /// What `/proc/PID/ns/pid` says, by process number; empty where it could not be read.
  var namespaces: [Int: String] = [:]
  /// Why there is no table.
  var failure: String?

  /// That of nothing, for whoever asks for no container.
  init() {}

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
struct ProcessScan: Sendable {
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
  func facts(of containers: [Container]) async -> [String: ProcessFacts] {
    let running = containers.filter { (try? $0.isRunning()) ?? false }
    if let failure = table.failure {
      let nothing = ProcessFacts(first: .unreadable(failure), executables: .unreadable(failure))
      return Dictionary(
        running.map { ($0.id, nothing) }, uniquingKeysWith: { first, _ in first })
    }
    let members = members(of: running)
    let facts = await running.concurrentMap { container in
      let own = members[container.id] ?? []
      return ProcessFacts(
        first: first(of: container, members: own), executables: executables(of: own, container))
    }
    return Dictionary(zip(running.map(\.id), facts), uniquingKeysWith: { _, last in last })
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
    // What the first processes of those without a namespace of their own say of their cgroups.
    var cgroupTexts: [String: [UInt8]] = [:]
    for container in running {
      guard let pid = container.state.pid.value, let namespace = namespaces[pid] else { continue }
      // Whose namespace another container has joined cannot tell its own processes by it.
      let ownsNamespace =
        ["", "private"].contains(container.hostConfig.pidMode.value) && !namespace.isEmpty
        && namespace != hostNamespace && shared[namespace] == nil
      if !(ownsNamespace && trustsNumbers) {
        let text = cgroupText(of: pid)
        guard Self.containerIDs(in: text, among: ids).contains(container.id) else { continue }
        cgroupTexts[container.id] = text
      }
      members[container.id] = [pid]
      if ownsNamespace { owners[namespace] = container.id }
    }
    var others = running.filter { members[$0.id] != nil && !owners.values.contains($0.id) }
    others.removeAll { container in
      guard let pid = container.state.pid.value, let text = cgroupTexts[container.id],
        let own = CgroupMembers(of: pid, text, root)?.pids
      else { return false }
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
    Self.containerIDs(in: cgroupText(of: pid), among: ids)
  }

  private func cgroupText(of pid: Int) -> [UInt8] {
    (try? root.contents(of: "/proc/\(pid)/cgroup")) ?? []
  }

  /// The ids among `ids` in the text of `/proc/PID/cgroup`: runs of exactly 64 hexadecimal digits, as
  /// in `/docker/ID` and `/system.slice/docker-ID.scope`. Of each line only the first counts: below
  /// its own cgroup a container may name others as it likes.
  static func containerIDs(in cgroups: [UInt8], among ids: Set<String>) -> Set<String> {
    var found: Set<String> = []
    var start = 0
    var lineIsDone = false
    for (index, byte) in cgroups.enumerated() where !isHexDigit(byte) {
      if index - start == 64, !lineIsDone {
        let id = String(decoding: cgroups[start..<index], as: UTF8.self)
        if ids.contains(id) {
          found.insert(id)
          lineIsDone = true
        }
      }
      start = index + 1
      if byte == UInt8(ascii: "\n") { lineIsDone = false }
    }
    // The last line may end without a newline.
    if cgroups.count - start == 64, !lineIsDone {
      let id = String(decoding: cgroups[start...], as: UTF8.self)
      if ids.contains(id) { found.insert(id) }
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
          label: label(of: pid), users: users(of: pid, status)))
    } catch {
      return error.isAbsence ? .absent : .unreadable(error.description)
    }
  }

  /// The number on the line of `/proc/PID/status` that begins with `field`.
  static func number(_ field: String, in status: [UInt8]) -> Int? {
    line(field, in: status).flatMap { numbers(in: $0).first }.map { Int($0) }
  }

  /// The rest of the line that begins with `field`.
  private static func line(_ field: String, in text: [UInt8]) -> ArraySlice<UInt8>? {
    var rest = text[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      if rest.starts(with: field.utf8) { return rest[..<end].dropFirst(field.utf8.count) }
      rest = rest[end...].dropFirst()
    }
    return nil
  }

  /// The numbers in a line, up to one that is none.
  private static func numbers(in line: ArraySlice<UInt8>) -> [UInt32] {
    line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      .prefix { $0.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
      .compactMap { UInt32(String(decoding: $0, as: UTF8.self)) }
  }

  /// The users of the process as its own user namespace numbers them, see user_namespaces(7).
  private func users(of pid: Int, _ status: [UInt8]) -> Reading<[UInt32]> {
    let users = Self.line("Uid:", in: status).map(Self.numbers) ?? []
    guard users.count == 4 else {
      return .unreadable("cannot read '/proc/\(pid)/status': it tells no users")
    }
    do {
      let map = try root.contents(of: "/proc/\(pid)/uid_map", limit: 65_536)
      let ranges = map.split(separator: UInt8(ascii: "\n")).map(Self.numbers)
        .filter { $0.count == 3 }
      let inside = users.compactMap { user in
        // Each line: the first number inside, the first outside, and how many follow them.
        ranges.first { user >= $0[1] && user - $0[1] < $0[2] }
          .flatMap { UInt32(exactly: UInt64($0[0]) + UInt64(user - $0[1])) }
      }
      guard inside.count == users.count else {
        return .unreadable("'/proc/\(pid)/uid_map' does not map the users of the process")
      }
      return .found(inside)
    } catch {
      return .unreadable(error.description)
    }
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
