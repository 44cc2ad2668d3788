import CShims
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a file has beside owner and mode: access control lists, labels, and what users give it, see
/// xattr(7).
package enum ExtendedAttributes {
  /// What the kernel makes of a file's contents, which are others: they would only be wrong.
  private static let ofContents: Set<String> = ["security.ima", "security.evm"]

  /// Gives `file` those of `original` and takes from it any other that it has, such as an access control
  /// list which its directory gave it. Both are open for reading or writing.
  package static func copy(from original: FileDescriptor, to file: FileDescriptor) throws(Errno) {
    let wanted = try names(of: original)
    let made = try names(of: file)
    for name in made where !wanted.contains(name) && !isKernels(name) {
      guard dockward_remove_attribute(file.rawValue, name) == 0 || errno == ENODATA else {
        throw Errno(rawValue: errno)
      }
    }
    for name in wanted where !ofContents.contains(name) {
      guard let value = try value(name, of: original) else { continue }
      // A label that it has already need not be set, which may ask for a right.
      if made.contains(name), try self.value(name, of: file) == value { continue }
      let result = value.withUnsafeBytes { bytes in
        dockward_put_attribute(
          file.rawValue, name, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
      }
      guard result == 0 else { throw Errno(rawValue: errno) }
    }
  }

  /// Those that the kernel gives by itself, and takes amiss to be removed.
  private static func isKernels(_ name: String) -> Bool {
    name.hasPrefix("security.") && name != "security.capability"
  }

  /// The names of those of `file`; none where the file system has no such thing.
  package static func names(of file: FileDescriptor) throws(Errno) -> [String] {
    guard
      let bytes = try read({ dockward_attribute_names(file.rawValue, $0, $1) })
    else { return [] }
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// `nil` where it has no such attribute.
  package static func value(_ name: String, of file: FileDescriptor) throws(Errno) -> [UInt8]? {
    try read { dockward_attribute(file.rawValue, name, $0, $1) }
  }

  private static func read(
    _ call: (UnsafeMutablePointer<CChar>?, Int) -> Int
  ) throws(Errno) -> [UInt8]? {
    // Somebody may enlarge it between the two calls.
    for _ in 0..<8 {
      let size = call(nil, 0)
      var bytes = [UInt8](repeating: 0, count: max(size, 0))
      if size == 0 { return bytes }
      let count =
        size < 0
        ? size
        : bytes.withUnsafeMutableBytes {
          call($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
        }
      if count >= 0 { return Array(bytes.prefix(count)) }
      switch errno {
      case ERANGE: continue
      case ENODATA, ENOTSUP: return nil
      case let number: throw Errno(rawValue: number)
      }
    }
    throw .resourceBusy
  }
}
