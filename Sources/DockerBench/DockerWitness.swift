import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Sees the Docker client's commands fail that audits run.
///
/// What a failed command prints, or that it prints nothing, looks to a test like any other output. So this
/// program stands in for `docker` at the beginning of the audits' `PATH`: it runs the real one with the same
/// arguments, and writes down what fails.
package struct DockerWitness: Sendable {
  /// Holds the link that stands in, and one file for each audit of which a command has failed.
  package let directory: String

  static let markVariable = "DOCKWARD_AUDIT"
  private static let name = "docker"
  private static let recordLimit = 64 << 10

  /// Stands in by way of `program`, which is to call `standIn()`. Where no Docker client is installed there is
  /// nothing to stand in for, and the link is not made. Throws an `Errno`.
  package init(program: String) throws {
    var template = Array("/tmp/dockward-audits-XXXXXX".utf8CString)
    guard let path = mkdtemp(&template) else { throw Errno(rawValue: errno) }
    directory = String(cString: path)
    guard Self.client != nil else { return }
    guard symlink(program, "\(directory)/\(Self.name)") == 0 else {
      let error = Errno(rawValue: errno)
      remove()
      throw error
    }
  }

  /// Takes all of it away again.
  package func remove() {
    if let stream = opendir(directory) {
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        unlink("\(directory)/\(name)")
      }
    }
    rmdir(directory)
  }

  /// Which commands of the audit `mark` have failed, and how, in order.
  func failures(of mark: String) -> [String] {
    guard
      let file = try? FileDescriptor.open(
        FilePath("\(directory)/\(mark)"), .readOnly, options: [.closeOnExec, .noFollow])
    else { return [] }
    defer { try? file.close() }
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.recordLimit) { buffer, count in
      count = (try? file.read(into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The installed Docker client.
  private static var client: String? {
    AuditRunner.path.lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// Where this process was started in the place of the Docker client: runs that, writes down whether it failed,
  /// and gives back its exit status. `nil` for any other process.
  package static func standIn() -> Int32? {
    guard let own = CommandLine.arguments.first,
      own.split(separator: "/").last.map({ $0 == name }) == true,
      let mark = environment(markVariable),
      let path = environment("PATH")?.split(separator: ":").first
    else { return nil }
    guard let client else { return 127 }
    let arguments = [client] + CommandLine.arguments.dropFirst()
    let status = status(of: client, arguments)
    if status != 0, isTelling(arguments.dropFirst(), status) {
      let command = arguments.dropFirst().joined(separator: " ").prefix(200)
      let line = "'docker \(command)' failed with exit status \(status)"
      record(line.split(whereSeparator: \.isNewline).joined(separator: " "), in: "\(path)/\(mark)")
    }
    return status
  }

  /// Whether that status says that the command failed: with these it may be that of a program in a container.
  private static func isTelling(_ arguments: ArraySlice<String>, _ status: Int32) -> Bool {
    let command = arguments.first { !$0.hasPrefix("-") && $0 != "container" }
    return status == 125 || !["exec", "run", "start", "wait", "attach"].contains(command)
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  private static func status(of program: String, _ arguments: [String]) -> Int32 {
    var process: pid_t = 0
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    guard posix_spawn(&process, program, nil, nil, &pointers, environ) == 0 else { return 126 }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    // wait(2): the low seven bits are the signal, the second byte the status.
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }

  private static func record(_ line: String, in file: String) {
    guard
      let file = try? FileDescriptor.open(
        FilePath(file), .writeOnly, options: [.create, .append, .closeOnExec, .noFollow],
        permissions: .ownerReadWrite)
    else { return }
    _ = try? file.closeAfter { try file.writeAll(Array("\(line)\n".utf8)) }
  }
}
