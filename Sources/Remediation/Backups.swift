import Documents
import FoundationEssentials
import Store
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What changes have replaced and made, each by the SHA-256 of its bytes, so that nothing is kept twice
/// and nothing wrong is ever put back.
///
/// The directory and the one above it are made where they are missing, for root alone; where others may
/// write to either, they are not used.
package struct Backups: Sendable {
  private let path: String

  package init(_ path: String) { self.path = path }

  /// The digest by which `bytes` are found from now on, after a power failure too.
  @discardableResult
  package func keep(_ bytes: [UInt8]) throws(RemediationError) -> String {
    let attempt = "keep what is replaced in"
    guard bytes.count <= FileVersion.limit else {
      throw .refused("cannot \(attempt) '\(path)': it is larger than \(FileVersion.limit) bytes")
    }
    let digest = FileVersion.digest(of: bytes)
    do {
      let directory = try opened(creating: true, attempt)
      if let kept = try? directory.read(digest, limit: FileVersion.limit), kept == bytes {
        return digest
      }
      directory.discard(digest)
      try directory.write(bytes, to: digest)
    } catch {
      throw .failed(text(error, attempt))
    }
    return digest
  }

  /// What was kept by `digest`.
  package func bytes(of digest: String) throws(RemediationError) -> [UInt8] {
    let attempt = "find backup \(digest.prefix(12)) in"
    guard Self.isDigest(digest) else {
      throw .failed("cannot \(attempt) '\(path)': that is no digest")
    }
    let bytes: [UInt8]?
    do {
      bytes = try opened(creating: false, attempt).read(digest, limit: FileVersion.limit)
    } catch {
      throw .failed(text(error, attempt))
    }
    guard let bytes else { throw .failed("cannot \(attempt) '\(path)': it is not there") }
    guard FileVersion.digest(of: bytes) == digest else {
      throw .failed("cannot \(attempt) '\(path)': it is damaged")
    }
    return bytes
  }

  /// Whether something is kept that begins with `bytes`: so does what a killed process was about to write.
  func hasOne(beginningWith bytes: [UInt8]) -> Bool {
    if bytes.isEmpty { return true }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      return false
    }
    return names.contains { name in
      guard Self.isDigest(name), let kept = try? self.bytes(of: name) else { return false }
      return kept.starts(with: bytes)
    }
  }

  /// Removes all that nobody needs any more: what has a digest that is not in `digests`, and what killed
  /// processes have left. To be called only while nothing else changes this host.
  package func prune(keeping digests: Set<String>) throws(RemediationError) {
    let attempt = "prune"
    do {
      let directory = try opened(creating: false, attempt)
      let copy = openat(directory.descriptor.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard copy >= 0, let stream = fdopendir(copy) else { throw Errno(rawValue: errno) }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if Self.isDigest(name) ? !digests.contains(name) : Self.isLeftover(name) {
          directory.discard(name)
        }
      }
    } catch let error as StoreError where error.reason == .absent {
      return
    } catch {
      throw .failed(text(error, attempt))
    }
  }

  private func opened(creating: Bool, _ attempt: String) throws(StoreError) -> StoreDirectory {
    let parent = FilePath(path).removingLastComponent()
    if creating, !parent.isEmpty {
      let above = try StoreDirectory(parent.string, creating: true, attempt: attempt)
      if let directory = try? StoreDirectory(path, creating: false, attempt: attempt) {
        return directory
      }
      let directory = try StoreDirectory(path, creating: true, attempt: attempt)
      guard fsync(above.descriptor.rawValue) == 0 else {
        throw StoreError(attempt, path, .system(Errno(rawValue: errno)))
      }
      return directory
    }
    return try StoreDirectory(path, creating: creating, attempt: attempt)
  }

  private func text(_ error: any Error, _ attempt: String) -> String {
    let why: String
    switch error {
    case let error as StoreError where error.reason == .absent:
      why = Errno.noSuchFileOrDirectory.reason
    case let error as StoreError: why = "\(error.reason)"
    case let error as Errno: why = error.reason
    default: why = "\(error)"
    }
    return "cannot \(attempt) '\(path)': \(why)"
  }

  private static func isDigest(_ name: String) -> Bool {
    name.utf8.count == 64
      && name.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }

  /// The name under which `StoreDirectory` writes a file first.
  private static func isLeftover(_ name: String) -> Bool {
    name.first == "." && name.hasSuffix(".new") && isDigest(String(name.dropFirst().dropLast(4)))
  }
}
