import CShims
import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Whether a configuration file is still as a running process read it when it started.
///
/// What counts is the time of the inode's last change, since that of the content can be set at will
/// (`cp -p`, `touch -d`, `mv` of an older file). So a changed owner or mode counts as well.
struct ConfigurationAge {
  let root: HostRoot

  /// Nanoseconds since 1970.
  private typealias Time = Int64

  /// The kernel keeps the start of a process in hundredths of a second, rounded down.
  private static let grain: Time = 10_000_000

  /// Whether the file at `path`, or its absence, is older than the process `pid`; `pidFile` is the one
  /// that the process wrote while it started.
  func isAsRead(_ path: String, by pid: Int, pidFile: String) -> Reading<Bool> {
    do {
      var started = try start(of: pid)
      // By a clock that was put forward since, all that came before would look older than it is. The
      // pid file was written by the clock of then.
      if let written = try? times(of: pidFile).content, written < started { started = written }
      return .found(try lastChange(of: path, started) <= started + Self.grain)
    } catch {
      return .unreadable("\(error)")
    }
  }

  private func lastChange(of path: String, _ started: Time) throws(ReadFailure) -> Time {
    do throws(ReadFailure) {
      // The link and what it leads to.
      return max(try times(of: path, followed: false).inode, try times(of: path).inode)
    } catch {
      guard error.isAbsence else { throw error }
    }
    // What is gone from a directory has changed it; what was above it, if that is gone as well.
    var directory = FilePath(path).removingLastComponent()
    while true {
      do throws(ReadFailure) {
        let changed = try times(of: directory.string).content
        // dockerd up to 24 makes a key beside its configuration when it first starts.
        if let key = try? times(of: directory.appending("key.json").string).inode,
          key >= changed, key - started < 2_000_000_000
        {
          return min(changed, started)
        }
        return changed
      } catch {
        guard error.isAbsence, directory.removeLastComponent() else { throw error }
      }
    }
  }

  /// When the process started, by today's clock.
  private func start(of pid: Int) throws(ReadFailure) -> Time {
    let path = "/proc/\(pid)/stat"
    let text = try root.text(of: path, limit: 4096)
    // The name of the program, in brackets, may hold anything; 22nd of all is the start.
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 20, let ticks = Time(fields[20]) else {
      throw ReadFailure("cannot read '\(path)': it has no start time")
    }
    let perTick = 1_000_000_000 / Time(max(1, sysconf(Int32(_SC_CLK_TCK))))
    return now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME) + ticks * perTick
  }

  private func now(_ clock: clockid_t) -> Time {
    var time = timespec()
    clock_gettime(clock, &time)
    return Self.nanoseconds(time)
  }

  private func times(
    of path: String, followed: Bool = true
  ) throws(ReadFailure) -> (content: Time, inode: Time) {
    do {
      let file = try root.open(path, flags: dockward_o_path | (followed ? 0 : O_NOFOLLOW))
      defer { try? file.close() }
      var status = stat()
      guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
      return (Self.nanoseconds(status.st_mtim), Self.nanoseconds(status.st_ctim))
    } catch {
      throw ReadFailure(reading: path, error)
    }
  }

  private static func nanoseconds(_ time: timespec) -> Time {
    Time(time.tv_sec) * 1_000_000_000 + Time(time.tv_nsec)
  }
}
