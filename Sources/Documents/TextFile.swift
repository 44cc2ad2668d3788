import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Files that a person names on the command line or that root obeys.
package enum TextFile {
  /// Who may have written the file.
  package enum Trust: Sendable {
    /// Anyone: it is only data.
    case anyone
    /// When this process runs as root: root alone, the directories above included. What root obeys
    /// must not be writable by anyone else.
    case rootOnly
  }

  /// The bytes of the regular file at `path`, at most `limit` of them.
  ///
  /// Throws a `DocumentError` without position when it cannot be read, is no regular file, is larger
  /// than `limit`, or may be written by someone that `trust` does not admit.
  package static func read(
    _ path: String, limit: Int, trust: Trust
  ) throws(DocumentError) -> [UInt8] {
    func failure(_ reason: String) -> DocumentError {
      DocumentError(file: path, reason: "cannot read '\(path)': \(reason)")
    }
    do {
      let file = try FileDescriptor.open(
        FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
      defer { try? file.close() }
      var status = stat()
      guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
      guard status.st_mode & S_IFMT == S_IFREG else { throw failure("not a regular file") }
      if case .rootOnly = trust, geteuid() == 0, let culprit = try looseEntry(at: path, status) {
        throw failure("\(culprit) is writable by others than root; it must not be")
      }
      let bytes = try readAll(file, limit: limit)
      guard let bytes else { throw failure("larger than \(limit) bytes") }
      return bytes
    } catch let error as DocumentError {
      throw error
    } catch let error as Errno {
      throw failure(error.reason)
    } catch {
      throw failure("\(error)")
    }
  }

  /// Whether nothing is at `path`. A link that leads nowhere is something: whoever made it meant a
  /// file, and reading it is to say that it is missing.
  ///
  /// Throws a `DocumentError` where that cannot be told.
  package static func isAbsent(_ path: String) throws(DocumentError) -> Bool {
    var status = stat()
    // The directory, too, may be such a link.
    var place = FilePath(path)
    while true {
      if lstat(place.string, &status) == 0 {
        return place != FilePath(path) && stat(place.string, &status) == 0
      }
      let error = Errno(rawValue: errno)
      guard error == .noSuchFileOrDirectory, !place.components.isEmpty else {
        throw DocumentError(file: path, reason: "cannot read '\(path)': \(error.reason)")
      }
      place.removeLastComponent()
    }
  }

  /// The bytes up to the end of the file; `nil` when there are more than `limit`.
  package static func readAll(_ file: FileDescriptor, limit: Int) throws -> [UInt8]? {
    var bytes: [UInt8] = []
    // Most files of the kernel are smaller than a page; a large one is read in larger pieces.
    var pieceSize = 4096
    while true {
      let piece = try [UInt8](unsafeUninitializedCapacity: pieceSize) { buffer, count in
        while count < pieceSize {
          let room = UnsafeMutableBufferPointer(rebasing: buffer[count...])
          let more = try file.read(into: UnsafeMutableRawBufferPointer(room))
          if more == 0 { break }
          count += more
        }
      }
      if bytes.count + piece.count > limit { return nil }
      bytes = bytes.isEmpty ? piece : bytes + piece
      if piece.count < pieceSize { return bytes }
      pieceSize = min(pieceSize * 2, 1 << 20)
    }
  }

  /// Why somebody else than root could change the regular file at `path`, or which file it is; `nil`
  /// where nobody could. Throws where that cannot be told.
  package static func looseness(of path: String) throws(DocumentError) -> String? {
    func failure(_ error: any Error) -> DocumentError {
      let reason = (error as? Errno)?.reason ?? "\(error)"
      return DocumentError(file: path, reason: "cannot look at '\(path)': \(reason)")
    }
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure(Errno(rawValue: errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { return "'\(path)' is not a regular file" }
    do {
      return try looseEntry(at: path, status).map { culprit in
        "\(culprit == "it" ? "'\(path)'" : culprit) is writable by others than root"
      }
    } catch {
      throw failure(error)
    }
  }

  /// The first of the file and the directories above it that someone else than root may change;
  /// a directory with the sticky bit (`/tmp`) lets nobody replace what root owns.
  private static func looseEntry(at path: String, _ file: stat) throws -> String? {
    if isLoose(file) { return "it" }
    guard let resolved = realpath(path, nil) else { throw Errno(rawValue: errno) }
    defer { free(resolved) }
    // Where it is in truth, and where it is called so: a link can be replaced as well.
    var named = FilePath(path)
    if named.isRelative {
      guard let current = getcwd(nil, 0) else { throw Errno(rawValue: errno) }
      defer { free(current) }
      named = FilePath(platformString: current).pushing(named)
    }
    for place in [FilePath(platformString: resolved), named] {
      if let directory = try looseDirectory(above: place) { return "'\(directory)'" }
    }
    return nil
  }

  /// The first of the directories above an absolute path that someone else than root may change.
  static func looseDirectory(above path: FilePath) throws -> FilePath? {
    var directory = path
    while directory.removeLastComponent() {
      var status = stat()
      guard stat(directory.string, &status) == 0 else { throw Errno(rawValue: errno) }
      if isLoose(status) { return directory }
    }
    return nil
  }

  private static func isLoose(_ status: stat) -> Bool {
    let sticky = status.st_mode & S_IFMT == S_IFDIR && status.st_mode & S_ISVTX != 0
    return status.st_uid != 0 || (status.st_mode & 0o022 != 0 && !sticky)
  }
}

extension Errno {
  /// The kernel's reason in a sentence of ours: lower case, without a full stop.
  package var reason: String {
    let text = description
    return text.prefix(1).lowercased() + String(text.dropFirst())
  }
}
