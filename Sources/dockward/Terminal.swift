import HardeningModel
import HostFacts
import Synchronization
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Standard output, which is data, and standard error, which is talk.
enum Terminal {
  static func isInteractive(_ file: FileDescriptor) -> Bool { isatty(file.rawValue) == 1 }

  /// How many columns the terminal has that standard output is; `nil` where it is none, or does not
  /// tell, see ioctl_tty(2). A terminal narrower than 40 counts as that wide.
  static var width: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return max(40, Int(size.ws_col))
  }

  /// Writes data; a reader that has gone away is no error.
  static func print(_ bytes: [UInt8]) throws {
    do {
      try FileDescriptor.standardOutput.writeAll(bytes)
    } catch Errno.brokenPipe {
      return
    } catch {
      throw OutputFile.Failure(path: "standard output", error)
    }
  }

  /// Says a line; there is nobody to tell when that fails.
  static func say(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll(Array((text + "\n").utf8))
  }

  /// Says what is wrong; the text may quote what somebody else wrote.
  static func complain(_ text: String) { say("dockward: \(Printable.text(text))") }
}

/// The line that tells how far a pass has come, on a terminal only.
final class ProgressLine: Sendable {
  private struct State {
    var text = ""
    var containers = 0
  }

  private let isShown: Bool
  private let state = Mutex(State())

  init(isShown: Bool) { self.isShown = isShown }

  func show(_ step: Progress.Step) {
    // The first walk is apart from the pass; whoever measures passes wants to know.
    if case .layers(let effort) = step {
      clear()
      Terminal.say(
        "dockward: walked \(counted(effort.layers, "image layer")) for the first time: \(counted(effort.files, "file")) in \(effort.milliseconds) ms"
      )
      return
    }
    guard isShown else { return }
    state.withLock { state in
      switch step {
      case .engine: Self.write("asking the Engine …", to: &state)
      case .layers: break
      case .host: Self.write("reading the host …", to: &state)
      case .container(let total):
        // What is asked for again, or was none, is counted too.
        state.containers += 1
        Self.write("containers: \(min(state.containers, total)) of \(total)", to: &state)
      }
    }
  }

  func clear() {
    guard isShown else { return }
    state.withLock { Self.write("", to: &$0) }
  }

  private static func write(_ text: String, to state: inout State) {
    guard state.text != text else { return }
    _ = try? FileDescriptor.standardError.writeAll(Array("\r\u{1B}[K\(text)".utf8))
    state.text = text
  }
}
