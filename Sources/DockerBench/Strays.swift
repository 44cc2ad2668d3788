#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The processes that an audit has left behind. This process is their parent once their own is gone
/// (prctl(2), `PR_SET_CHILD_SUBREAPER`), so that none can end and give its number to another unnoticed.
struct Strays {
  /// `nil` for those of all audits.
  private let session: pid_t?
  private let mark: [UInt8]

  /// How often they are looked for: each round kills all that there are, and those that they have started
  /// meanwhile come up in the next.
  private static let rounds = 200
  private static let pause: Duration = .milliseconds(2)

  /// Those of `session`, and those of any session whose environment has `mark`.
  init(_ session: pid_t, mark: String) {
    self.session = session
    self.mark = Array("\(DockerWitness.markVariable)=\(mark)".utf8)
  }

  /// All that this process has adopted.
  static let ofAll = Strays(session: nil, mark: [])

  private init(session: pid_t?, mark: [UInt8]) {
    self.session = session
    self.mark = mark
  }

  enum Outcome { case none, killed, left }

  /// Kills them all.
  func kill() async -> Outcome {
    for round in 0..<Self.rounds {
      let strays = Self.children().filter(isOurs)
      if strays.isEmpty { return round == 0 ? .none : .killed }
      for stray in strays {
        end(stray)
        _ = waitpid(stray, nil, WNOHANG)
      }
      try? await Task.sleep(for: Self.pause)
    }
    return .left
  }

  private func end(_ process: pid_t) {
    // A group is killed at one blow: nothing in it can start more meanwhile.
    let group = getpgid(process)
    if group > 1, group != getpgrp() { _ = signal(-group, SIGKILL) }
    _ = signal(process, SIGKILL)
  }

  private func signal(_ process: pid_t, _ number: Int32) -> Int32 {
    #if canImport(Glibc)
    Glibc.kill(process, number)
    #else
    Musl.kill(process, number)
    #endif
  }

  private func isOurs(_ process: pid_t) -> Bool {
    guard let session, getsid(process) != session else { return true }
    guard let environment = Self.contents(of: "/proc/\(process)/environ") else { return false }
    return environment.split(separator: 0).contains { $0.elementsEqual(mark) }
  }

  /// The children that this process has adopted, see proc_pid_task_tid_children(5): they become those of its first
  /// thread.
  private static func children() -> [pid_t] {
    guard let list = contents(of: "/proc/self/task/\(getpid())/children") else { return [] }
    return String(decoding: list, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
  }

  /// At most a megabyte.
  private static func contents(of path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    while bytes.count < 1 << 20 {
      let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        count = max(0, read(file, buffer.baseAddress, buffer.count))
      }
      if piece.isEmpty { break }
      bytes += piece
    }
    return bytes
  }
}
