import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Who did something, as the audit log tells.
package struct AuditedProcess: Sendable, Equatable {
  package var pid: Int
  /// The program, fit to be printed, as are all texts here.
  package var executable: String
  /// What the process calls itself: anything.
  package var name: String
  package var uid: UInt32
  /// As whom it logged in, whoever it has become since; `nil` where nobody has logged in.
  package var loginUID: UInt32?
  /// Milliseconds since 1970.
  package var time: Int64

  package init(
    pid: Int, executable: String, name: String, uid: UInt32, loginUID: UInt32?, time: Int64
  ) {
    self.pid = pid
    self.executable = executable
    self.name = name
    self.uid = uid
    self.loginUID = loginUID
    self.time = time
  }
}

/// The log of auditd(8), as far as it tells who changed a file. It has that only where a rule asks for it.
package struct AuditLog: Sendable {
  /// Where the host's file system is mounted.
  private let directory: String

  private static let configuration = "/etc/audit/auditd.conf"
  private static let standardFile = "/var/log/audit/audit.log"
  /// How much is read of the log's end, and of the end of the log before it.
  private static let limit = 1 << 20

  package init(root: String = "/") { directory = root }

  /// The last process that changed what is, or was, at one of `paths`, or the file `identity` itself;
  /// absent where the log's end has none. What the program at `own` did does not count.
  package func lastChange(
    of paths: Set<String>, identity: FileIdentity? = nil, except own: String? = nil
  ) -> Reading<AuditedProcess> {
    do {
      let root = try HostRoot(directory)
      defer { root.close() }
      let file = try path(root)
      for file in [file, file + ".1"] {
        do throws(ReadFailure) {
          let events = AuditEvents(try end(of: file, root), paths: paths, identity: identity)
          if let process = events.last(except: own) { return .found(process) }
        } catch {
          if !error.isAbsence { throw error }
        }
      }
      return .absent
    } catch let failure as ReadFailure {
      return .unreadable(failure.description)
    } catch {
      return .unreadable("\(error)")
    }
  }

  /// `log_file` of auditd.conf(5).
  private func path(_ root: HostRoot) throws(ReadFailure) -> String {
    let text: String
    do throws(ReadFailure) {
      text = try root.text(of: Self.configuration)
    } catch {
      if error.isAbsence { return Self.standardFile }
      throw error
    }
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map(\.trimmed)
      if parts.count == 2, parts[0] == "log_file", parts[1].hasPrefix("/") { return parts[1] }
    }
    return Self.standardFile
  }

  /// The last whole lines of a file.
  private func end(of path: String, _ root: HostRoot) throws(ReadFailure) -> ArraySlice<UInt8> {
    do {
      let file = try root.open(path, flags: O_RDONLY)
      defer { try? file.close() }
      var status = stat()
      guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw ReadFailure("cannot read '\(path)': not a regular file")
      }
      let size = Int(status.st_size)
      let start = max(0, size - Self.limit)
      let bytes = try FileBytes(file: file, size: size).read(size - start, at: start)
      if start == 0 { return bytes[...] }
      return bytes.drop { $0 != UInt8(ascii: "\n") }
    } catch let failure as ReadFailure {
      throw failure
    } catch {
      throw ReadFailure(reading: path, error)
    }
  }
}
