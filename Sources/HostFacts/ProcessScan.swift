import HardeningModel

/// The processes of a host, by the namespaces and cgroups that they are in.
struct ProcessTable: Sendable {
  struct Entry: Sendable {
    /// What `/proc/PID/ns/pid` says; `nil` where it could not be read.
    var namespace: String?
    /// The container ids that its cgroups name.
    var containers: Set<String>
  }

  /// By process number.
  var entries: [Int: Entry]
  /// Why there is no table.
  var failure: String?

  /// Reads all processes that there are.
  init(_ root: HostRoot) {
    entries = [:]
    do {
      for pid in try root.entries(of: "/proc").compactMap({ Int($0) }) {
        entries[pid] = Entry(pid, root)
      }
    } catch {
      failure = error.description
    }
  }
}

extension ProcessTable.Entry {
  init(_ pid: Int, _ root: HostRoot) {
    namespace = try? root.link(at: "/proc/\(pid)/ns/pid")
    containers = Self.containerIDs(in: (try? root.contents(of: "/proc/\(pid)/cgroup")) ?? [])
  }

  /// The container ids in the text of `/proc/PID/cgroup`: runs of exactly 64 hexadecimal digits, as in
  /// `/docker/ID` and `/system.slice/docker-ID.scope`.
  static func containerIDs(in cgroups: [UInt8]) -> Set<String> {
    var found: Set<String> = []
    var start = 0
    func end(at index: Int) {
      guard index - start == 64 else { return }
      found.insert(String(decoding: cgroups[start..<index], as: UTF8.self))
    }
    for (index, byte) in cgroups.enumerated() {
      let isDigit =
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      if !isDigit {
        end(at: index)
        start = index + 1
      }
    }
    end(at: cgroups.count)
    return found
  }
}

/// Which processes belong to which container, by the kernel's account.
struct ProcessScan {
  let root: HostRoot
  let table: ProcessTable

  /// The file name of an executable by what `/proc/PID/exe` says.
  static func fileName(of executable: String) -> String {
    var path = Substring(executable)
    let deleted = " (deleted)"
    if path.hasSuffix(deleted) { path = path.dropLast(deleted.count) }
    return path.split(separator: "/").last.map(String.init) ?? String(path)
  }

  /// What the kernel says of the processes of each running container, by container id.
  func facts(of containers: [Container]) -> [String: ProcessFacts] {
    let running = containers.filter(\.isRunning)
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

  /// The processes of each container: those in its cgroup or one below, and those in the process
  /// namespace that it has for itself.
  private func members(of running: [Container]) -> [String: Set<Int>] {
    var entries = table.entries
    var namespaces: [String: String] = [:]
    for container in running {
      guard let pid = container.state.pid.value else { continue }
      // It may have started after the table was made.
      let entry = entries[pid] ?? ProcessTable.Entry(pid, root)
      entries[pid] = entry
      let ownsNamespace = ["", "private"].contains(container.hostConfig.pidMode.value)
      if ownsNamespace, entry.containers.contains(container.id), let namespace = entry.namespace {
        namespaces[namespace] = container.id
      }
    }
    var members: [String: Set<Int>] = [:]
    for (pid, entry) in entries {
      for id in entry.containers { members[id, default: []].insert(pid) }
      if let id = entry.namespace.flatMap({ namespaces[$0] }) {
        members[id, default: []].insert(pid)
      }
    }
    return members
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
    status.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: field.utf8) }.flatMap {
      Int(String(decoding: $0.dropFirst(field.utf8.count), as: UTF8.self).trimmed)
    }
  }

  private func label(of pid: Int) -> Reading<String> {
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
