import HardeningModel

/// Which process serves an API socket. Whoever holds the socket that listens there is the daemon,
/// whatever it is called; with socket activation systemd holds it too.
struct DaemonSearch {
  let root: HostRoot
  let socketPath: String
  /// Whether it is to be known which other sockets the daemon holds.
  var readsAllSockets = true

  private static let pidFile = "/var/run/docker.pid"

  /// The process that serves the socket, found by what it holds; `nil` where none does.
  func serving() -> ServingDaemon? {
    guard root.isThisHost else { return nil }
    if let daemon = pidInFile().flatMap(process).flatMap(serving) { return daemon }
    let pids = ((try? root.entries(of: "/proc")) ?? []).compactMap { Int($0) }
    return pids.lazy.compactMap(process).filter(\.isDockerd).compactMap(serving).first
  }

  /// The process behind the socket, when `serving` was found before the Engine was asked, and `peer`
  /// is who began to listen there, where the kernel tells.
  func process(serving: DaemonProcess?, peer: Int?, isReachable: Bool) -> Reading<DaemonProcess> {
    if let serving { return .found(serving) }
    guard isReachable, root.isThisHost else { return .absent }
    if let peer, peer != 1, let process = process(peer), process.name != "systemd" {
      return .found(process)
    }
    return .unreadable("cannot tell which process serves '\(socketPath)'")
  }

  private func pidInFile() -> Int? {
    (try? root.text(of: Self.pidFile, limit: 64)).flatMap { Int($0.trimmed) }
  }

  private func process(_ pid: Int) -> DaemonProcess? {
    (try? root.link(at: "/proc/\(pid)/exe")).map { DaemonProcess(pid: pid, executable: $0) }
  }

  /// The process with the sockets that it holds, where one of them listens at the path, see proc(5) on
  /// `net/unix`.
  private func serving(_ process: DaemonProcess) -> ServingDaemon? {
    let pid = process.pid
    // A host has many sockets: bytes are looked through faster than characters.
    guard let table = try? root.contents(of: "/proc/\(pid)/net/unix", limit: 16 << 20) else {
      return nil
    }
    var survey = FileSurvey(root)
    let asked = survey.look(at: socketPath)
    // In a container a path of the same name is another file.
    guard let theirRoot = try? HostRoot("/proc/\(pid)/root") else { return nil }
    defer { theirRoot.close() }
    var theirs = FileSurvey(theirRoot)
    guard let own = theirs.look(at: socketPath).value?.identity, own == asked.value?.identity
    else { return nil }
    let socket = asked.value?.canonical ?? socketPath
    let name = Array("/\(ProcessScan.fileName(of: socket))".utf8)
    var inodes: Set<UInt32> = []
    for line in table.split(separator: UInt8(ascii: "\n"))
    where line.suffix(name.count) == name[...] {
      // Num RefCount Protocol Flags Type St Inode Path; the flag 0x10000 marks a listener.
      let fields = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 7)
      guard fields.count == 8, fields[3] == "00010000", fields[7].hasPrefix("/") else { continue }
      let bound = String(fields[7])
      if bound == socketPath || bound == socket || survey.look(at: bound).value?.canonical == socket
      {
        if let inode = UInt32(fields[6]) { inodes.insert(inode) }
      }
    }
    guard !inodes.isEmpty,
      let sockets = try? HeldSockets(of: pid, root, until: readsAllSockets ? [] : inodes),
      !sockets.inodes.isDisjoint(with: inodes)
    else { return nil }
    return ServingDaemon(process: process, sockets: readsAllSockets ? sockets : nil)
  }
}

/// The dockerd that serves an API socket.
struct ServingDaemon: Equatable {
  let process: DaemonProcess
  /// All that it holds; `nil` where they were not asked for.
  let sockets: HeldSockets?
}

extension DaemonProcess {
  /// The file name of its executable.
  fileprivate var name: String { ProcessScan.fileName(of: executable) }
  fileprivate var isDockerd: Bool { name == "dockerd" }
}
