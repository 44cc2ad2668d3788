import Foundation
import Glibc
import Testing

/// A run of the program whose standard output and standard error are one terminal, see pty(7).
enum PseudoTerminal {
  /// All that a terminal was sent that has this many columns; 0 does not tell.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], columns: UInt16 = 0
  ) throws -> String {
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    defer { close(terminal) }
    // TIOCSPTLCK and TIOCGPTPEER of ioctl_tty(2): Swift sees neither unlockpt(3) nor their names.
    var isLocked: CInt = 0
    try #require(ioctl(terminal, 0x4004_5431, &isLocked) == 0)
    let program = ioctl(terminal, 0x5441, O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(program >= 0)
    var size = winsize(ws_row: 0, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    try #require(ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/timeout")
    process.arguments = ["--foreground", "--signal=KILL", "60", Dockward.executable] + arguments
    process.environment = ["TERM": "xterm"].merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(fileDescriptor: program)
    process.standardError = FileHandle(fileDescriptor: program)
    let result = Result { try process.run() }
    close(program)
    try result.get()
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    // Ends with EIO when nobody has the other side any more.
    while case let count = read(terminal, &buffer, buffer.count), count > 0 {
      received += buffer[..<count]
    }
    process.waitUntilExit()
    return String(decoding: received, as: UTF8.self)
  }
}
