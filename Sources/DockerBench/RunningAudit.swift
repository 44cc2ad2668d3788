import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One audit while it runs: what it has printed so far, and why it was ended early, if so.
final class RunningAudit: Sendable {
  private struct State {
    var output: [UInt8] = []
    var session: pid_t?
    var isOver = false
    var cut: String?
  }

  private let outputLimit: Int
  private let state = Mutex(State())

  init(outputLimit: Int) { self.outputLimit = outputLimit }

  /// The session, which is that of its shell; `nil` where it never began.
  var session: pid_t? { state.withLock(\.session) }
  /// Why it was ended early.
  var cut: String? { state.withLock(\.cut) }
  var text: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }

  func began(_ shell: pid_t) {
    state.withLock { state in
      state.session = shell
      if state.cut != nil { _ = Self.end(shell) }
    }
  }
  func ended() { state.withLock { $0.isOver = true } }

  /// Keeps what was printed, up to the limit; whether it was within it.
  func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    state.withLock { state in
      let room = outputLimit - state.output.count
      state.output += bytes.prefix(room)
      return bytes.count <= room
    }
  }

  /// Kills its whole process group, unless it has ended; where it has not begun yet, as soon as it has.
  func kill(because reason: String) {
    state.withLock { state in
      guard !state.isOver, state.cut == nil else { return }
      state.cut = reason
      if let session = state.session { _ = Self.end(session) }
    }
  }

  private static func end(_ group: pid_t) -> Int32 {
    #if canImport(Glibc)
    Glibc.kill(-group, SIGKILL)
    #else
    Musl.kill(-group, SIGKILL)
    #endif
  }
}
