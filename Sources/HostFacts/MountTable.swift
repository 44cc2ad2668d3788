import HardeningModel

/// The mounts of one process, see proc_pid_mountinfo(5).
struct MountTable: Sendable {
  let mounts: Reading<[MountPoint]>

  init(mounts: Reading<[MountPoint]> = .unreadable("the mounts were not read")) {
    self.mounts = mounts
  }

  private static let sizeLimit = 16 << 20

  /// Reads those of `pid`, whose view of the file system may be its own.
  init(of pid: Int, _ root: HostRoot) {
    let path = "/proc/\(pid)/mountinfo"
    do throws(ReadFailure) {
      let mounts = try Self.mounts(
        in: try root.contents(of: path, limit: Self.sizeLimit), file: path)
      self.mounts = .found(mounts)
    } catch {
      mounts = .unreadable(error.description)
    }
  }

  /// The mounts that hold one of `paths` or lie above it: all that can tell where it is.
  func holding(_ paths: [String]) -> Reading<[MountPoint]> {
    var needed: Set<String> = ["/"]
    for path in paths {
      var directory = Substring(path)
      while !directory.isEmpty, needed.insert(String(directory)).inserted {
        directory = directory[..<(directory.lastIndex(of: "/") ?? directory.startIndex)]
      }
    }
    return mounts.map { $0.filter { needed.contains($0.path) } }
  }

  /// The mounts that the lines of `bytes` are; throws where one is none.
  static func mounts(in bytes: [UInt8], file: String) throws(ReadFailure) -> [MountPoint] {
    var mounts: [MountPoint] = []
    var line = 0
    for text in bytes.split(separator: UInt8(ascii: "\n")) {
      line += 1
      guard let mount = MountPoint(line: text) else {
        throw ReadFailure("cannot read '\(file)': line \(line) is no mount")
      }
      mounts.append(mount)
    }
    return mounts
  }
}

extension MountPoint {
  /// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`; `nil` for
  /// anything else.
  fileprivate init?(line: ArraySlice<UInt8>) {
    let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    // Any number of optional fields ends in a single hyphen.
    guard fields.count >= 10,
      let hyphen = fields[6...].firstIndex(where: { $0.elementsEqual([0x2D]) }),
      hyphen + 1 < fields.count,
      let id = Int(String(decoding: fields[0], as: UTF8.self)),
      let parent = Int(String(decoding: fields[1], as: UTF8.self)),
      fields[2].split(separator: UInt8(ascii: ":")).count == 2,
      let root = Self.unescaped(fields[3]), let path = Self.unescaped(fields[4]),
      path.hasPrefix("/"), let type = Self.unescaped(fields[hyphen + 1])
    else { return nil }
    self.init(
      id: id, parent: parent, device: String(decoding: fields[2], as: UTF8.self), root: root,
      path: path, type: type)
  }

  /// The text with `\040` and the like as the characters that they are; `nil` where a backslash begins
  /// nothing of the kind.
  private static func unescaped(_ field: ArraySlice<UInt8>) -> String? {
    guard field.contains(UInt8(ascii: "\\")) else { return String(decoding: field, as: UTF8.self) }
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\") {
        let digits = rest.prefix(3)
        guard digits.count == 3,
          let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
        else { return nil }
        rest = rest.dropFirst(3)
        bytes.append(code)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
