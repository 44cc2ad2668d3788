import HardeningModel

/// The system calls by which a file is changed, for each machine whose numbers are known here. A rule
/// that leaves one of them out does not see all changes.
struct AuditSystemCalls {
  /// Those that change what a file or directory holds.
  let writing: Set<Int>
  /// Those that change its owner, mode or extended attributes.
  let attributes: Set<Int>

  var all: Set<Int> { writing.union(attributes) }

  /// Those of a machine; `nil` where they are not known here. They are what libaudit puts into a rule
  /// with the field `perm` for that machine, less what opens no file by its path.
  static func of(_ machine: AuditMachine) -> AuditSystemCalls? {
    switch machine {
    case .amd64:
      // open, truncate, rename to unlink, symlink, mknod, openat to mknodat, unlinkat to symlinkat,
      // renameat2, openat2; chmod to lchown, setxattr, removexattr, fchownat, fchmodat
      AuditSystemCalls(
        writing: [
          2, 76, 82, 83, 84, 85, 86, 87, 88, 133, 257, 258, 259, 263, 264, 265, 266, 316, 437,
        ],
        attributes: [90, 91, 92, 93, 94, 188, 189, 190, 197, 198, 199, 260, 268])
    case .i386:
      AuditSystemCalls(
        writing: [
          5, 8, 9, 10, 14, 38, 39, 40, 83, 92, 295, 296, 297, 301, 302, 303, 304, 353, 437,
        ],
        attributes: [15, 16, 94, 95, 182, 226, 227, 228, 235, 236, 237, 298, 306])
    case .aarch64:
      AuditSystemCalls(
        writing: [33, 34, 35, 36, 37, 38, 45, 56, 276, 437],
        attributes: [5, 6, 7, 14, 15, 16, 52, 53, 54, 55])
    case .arm: nil
    }
  }
}

extension KernelAudit {
  /// The machines whose programs this kernel runs, and whether it surely does.
  var machines: [(machine: AuditMachine, isSure: Bool)]? {
    switch machine {
    case "x86_64": [(.amd64, true), (.i386, true)]
    case "i386", "i486", "i586", "i686": [(.i386, true)]
    // Many of these processors run no 32-bit programs.
    case "aarch64": [(.aarch64, true), (.arm, false)]
    default: nil
    }
  }
}
