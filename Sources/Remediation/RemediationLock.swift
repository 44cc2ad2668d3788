import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Lets one process at a time change a host, from when it is taken until `release()`, or until its process
/// ends, however that ends.
package struct RemediationLock: Sendable {
  private let file: FileDescriptor

  /// Takes the lock in the state directory, which is there and which only root may enter; waits for another
  /// process for `patience` at most.
  package init(in directory: String, patience: Duration) throws(RemediationError) {
    let path = "\(directory)/remediation.lock"
    let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard number >= 0 else {
      throw .refused("cannot lock '\(path)': \(String(cString: strerror(errno)))")
    }
    let deadline = ContinuousClock.now + patience
    while flock(number, LOCK_EX | LOCK_NB) != 0 {
      let reason = errno
      guard reason == EWOULDBLOCK || reason == EINTR, ContinuousClock.now < deadline else {
        close(number)
        throw .refused(
          reason == EWOULDBLOCK
            ? "another remediation is under way ('\(path)' is locked)"
            : "cannot lock '\(path)': \(String(cString: strerror(reason)))")
      }
      usleep(20_000)
    }
    file = FileDescriptor(rawValue: number)
  }

  package func release() { try? file.close() }
}
