import Glibc

/// Who was behind a Unix socket when it began to listen (`SO_PEERCRED` of unix(7)).
///
/// With systemd's socket activation that is systemd, process 1, and not dockerd.
package struct PeerCredentials: Sendable, Hashable {
  package let processID: Int32
  package let userID: UInt32
  package let groupID: UInt32

  package init(processID: Int32, userID: UInt32, groupID: UInt32) {
    self.processID = processID
    self.userID = userID
    self.groupID = groupID
  }

  /// The peer of a connected socket; nil where the kernel does not tell.
  init?(ofSocket descriptor: CInt) {
    // struct ucred of unix(7): pid_t, uid_t, gid_t, four bytes each. Glibc hides it behind
    // _GNU_SOURCE, which Swift's module map does not set.
    var credentials: (pid: Int32, uid: UInt32, gid: UInt32) = (0, 0, 0)
    let size = socklen_t(MemoryLayout.size(ofValue: credentials))
    var length = size
    guard
      getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0, length == size
    else { return nil }
    self.init(
      processID: credentials.pid, userID: credentials.uid, groupID: credentials.gid)
  }
}
