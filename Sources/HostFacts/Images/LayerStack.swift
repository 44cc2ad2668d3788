import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The layers of one image, one above the other, as overlayfs shows them.
struct LayerStack {
  struct Layer {
    /// Its directory, open.
    var directory: CInt
    /// The files with setuid or setgid in it.
    var files: [PrivilegedEntry]
  }

  /// From the lowest.
  let layers: [Layer]
  let attributes: OverlayAttributes
  let deadline: ContinuousClock.Instant

  /// The files that show: those that no higher layer hides, by path.
  func visibleFiles() throws(ReadFailure) -> [PrivilegedFile] {
    var visible: [PrivilegedFile] = []
    for (index, layer) in layers.enumerated() {
      for file in layer.files {
        if ContinuousClock.now > deadline {
          throw ReadFailure("the layers were not read within the time of the pass (--timeout)")
        }
        var isHidden = false
        for higher in layers[(index + 1)...] where !isHidden {
          isHidden = try hides(higher.directory, file.components)
        }
        if !isHidden { visible.append(PrivilegedFile(file)) }
      }
    }
    return visible.sorted {
      ($0.path, $0.mode, $0.uid, $0.gid) < ($1.path, $1.mode, $1.uid, $1.gid)
    }
  }

  /// Whether a layer has something at the path, or above it something that is no directory (a whiteout
  /// is a device) or a directory that hides those of lower layers.
  private func hides(_ layer: CInt, _ path: [[UInt8]]) throws(ReadFailure) -> Bool {
    var directory = layer
    defer { if directory != layer { close(directory) } }
    for (depth, name) in path.enumerated() {
      let name = name.map { CChar(bitPattern: $0) } + [0]
      var status = stat()
      guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        if errno == ENOENT { return false }
        throw failure()
      }
      if depth == path.count - 1 || status.st_mode & S_IFMT != S_IFDIR { return true }
      let inner = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard inner >= 0 else { throw failure() }
      if directory != layer { close(directory) }
      directory = inner
      if attributes.isOpaque(directory) { return true }
    }
    return false
  }

  private func failure() -> ReadFailure {
    ReadFailure("cannot read a layer: \(Errno(rawValue: errno).reason)")
  }
}

extension PrivilegedFile {
  fileprivate init(_ entry: PrivilegedEntry) {
    let path = entry.components.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    self.init(path: "/" + path, mode: entry.mode, uid: entry.uid, gid: entry.gid)
  }
}
