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

  static func complain(_ text: String) { say("dockward: \(text)") }
}

/// The line that tells how far a pass has come, on a terminal only.
final class ProgressLine: Sendable {
  private let isShown: Bool
  /// What stands on the line now.
  private let shown = Mutex("")

  init(isShown: Bool) { self.isShown = isShown }

  func show(_ step: Progress.Step) {
    switch step {
    case .engine: replace(with: "asking the Engine …")
    case .containers(let done, let total): replace(with: "containers: \(done) of \(total)")
    case .host: replace(with: "reading the host …")
    }
  }

  func clear() { replace(with: "") }

  private func replace(with text: String) {
    guard isShown else { return }
    shown.withLock { shown in
      guard shown != text else { return }
      _ = try? FileDescriptor.standardError.writeAll(Array("\r\u{1B}[K\(text)".utf8))
      shown = text
    }
  }
}
