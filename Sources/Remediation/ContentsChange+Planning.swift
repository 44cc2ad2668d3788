import Documents
import HardeningModel
import SystemPackage

/// Planning reads, and writes nothing: the bytes of both versions stay in the change, in memory, until
/// it is applied.
extension ContentsChange {
  /// The change of the file at `path`, links followed, to what `edit` makes of its bytes, which is given
  /// `nil` where there is no file; `nil` where nothing changes. A new file gets `attributes`.
  ///
  /// Throws where what is there could not be changed either: where others than root could change what is
  /// found at the path, and for a file with other names or of another kind.
  package static func planned(
    _ path: String, on host: HostAccess,
    attributes: Attributes = Attributes(uid: 0, gid: 0, mode: 0o644),
    _ edit: ([UInt8]?) throws(RemediationError) -> [UInt8]
  ) throws(RemediationError) -> ContentsChange? {
    let root = try TrustedRoot(of: host)
    let canonical = try root.canonical(path)
    let place = try FilePlace(canonical, in: root)
    try place.requireReplaceable(in: root)
    let new = try edit(place.bytes)
    guard new.count <= FileVersion.limit else {
      throw .refused("cannot write '\(path)': larger than \(FileVersion.limit) bytes")
    }
    guard new != place.bytes else { return nil }
    let attributes = place.file?.attributes ?? attributes
    return ContentsChange(
      path: path, canonical: canonical,
      before: place.bytes.map { FileVersion($0, attributes) },
      after: FileVersion(new, attributes))
  }

  /// The change of the file at `path` to `bytes`; `nil` where it has them.
  package static func planned(
    _ path: String, _ bytes: [UInt8], on host: HostAccess,
    attributes: Attributes = Attributes(uid: 0, gid: 0, mode: 0o644)
  ) throws(RemediationError) -> ContentsChange? {
    try planned(path, on: host, attributes: attributes) { _ in bytes }
  }
}

extension DirectoryChange {
  /// The directories that have to be made so that a file can be at `path`, the outermost first.
  package static func planned(
    for path: String, on host: HostAccess
  ) throws(RemediationError) -> [DirectoryChange] {
    let root = try TrustedRoot(of: host)
    var directory = FilePath(try root.canonical(path))
    var missing: [DirectoryChange] = []
    while directory.removeLastComponent(), !directory.components.isEmpty,
      try root.pin(directory.string) == nil
    {
      missing.insert(DirectoryChange(path: directory.string), at: 0)
    }
    return missing
  }
}
