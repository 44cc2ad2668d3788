import CShims
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A shell that has been started in a session of its own, and reads its script from its standard input.
struct AuditShell {
  let process: pid_t
  /// Where both its outputs end.
  private let output: CInt
  /// A descriptor of the process, which can be waited for together with the output; -1 where the kernel has none.
  private let ending: CInt

  private static let program = "/bin/sh"
  /// How often it is looked whether the shell has ended, where the kernel does not tell.
  private static let pause: CInt = 10

  /// Starts it; `name` is what it calls itself in its messages.
  init(running script: String, as name: String, environment: [String: String]) throws(Errno) {
    let input = dockward_memory_file()
    guard input >= 0 else { throw Errno(rawValue: errno) }
    defer { close(input) }
    let script = Array(script.utf8)
    // The offset stays at the start.
    guard pwrite(input, script, script.count, 0) == script.count else {
      throw Errno(rawValue: errno)
    }
    var ends: [CInt] = [-1, -1]
    guard dockward_pipe(&ends) == 0 else { throw Errno(rawValue: errno) }
    defer { close(ends[1]) }
    var process: pid_t = 0
    let error = Self.withArray([name]) { arguments in
      Self.withArray(environment.map { "\($0.key)=\($0.value)" }) { environment in
        dockward_spawn(&process, Self.program, arguments, environment, input, ends[1])
      }
    }
    guard error == 0 else {
      close(ends[0])
      throw Errno(rawValue: error)
    }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    self.process = process
    output = ends[0]
    ending = dockward_process_open(process)
  }

  /// Hands what it prints to `take`, piece by piece, until it has ended, and waits for that; what it has left
  /// running may go on printing, to nobody. After `patience` it calls `late`, once.
  func follow(
    within patience: Duration, _ take: (UnsafeRawBufferPointer) -> Void, late: () -> Void
  ) {
    let deadline = ContinuousClock.now + patience
    var isLate = false
    var isOpen = true
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer {
      buffer.deallocate()
      close(output)
      if ending >= 0 { close(ending) }
    }
    while true {
      let remaining = ContinuousClock.now.duration(to: deadline)
      if remaining <= .zero, !isLate {
        isLate = true
        late()
      }
      var timeout = isLate ? -1 : CInt(clamping: Int(remaining / .milliseconds(1)) + 1)
      if ending < 0 { timeout = Self.pause }
      var asked = [
        pollfd(fd: isOpen ? output : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: ending, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&asked, 2, timeout) >= 0 || errno == EINTR else {
        // Whoever cannot be followed must not run on.
        return late()
      }
      let hasEnded = ending < 0 ? Self.hasEnded(process) : asked[1].revents != 0
      if isOpen, asked[0].revents != 0 || hasEnded {
        isOpen = drain(buffer, take, wholly: hasEnded)
      }
      if hasEnded { return }
    }
  }

  /// Reads what is there, or a part of it; whether more may come.
  private func drain(
    _ buffer: UnsafeMutableRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Void, wholly: Bool
  ) -> Bool {
    // What was left running may print faster than this reads; a pipe holds no more.
    var room = wholly ? 1 << 20 : 1
    while room > 0 {
      let count = read(output, buffer.baseAddress, buffer.count)
      if count == 0 { return false }
      guard count > 0 else { return true }
      take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      room -= count
    }
    return true
  }

  /// Whether it is a zombie, or gone.
  private static func hasEnded(_ process: pid_t) -> Bool {
    var information = siginfo_t()
    let asked = waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT)
    return asked != 0 || information.si_signo != 0
  }

  /// What `body` returns, given these texts as execve(2) takes them.
  private static func withArray<Outcome>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Outcome
  ) -> Outcome {
    let pointers = texts.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    return body(pointers)
  }
}
