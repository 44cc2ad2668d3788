import Documents
import FoundationEssentials
import HardeningModel

/// Snapshots in files, as JSON.
enum SnapshotFile {
  /// The largest that is read; one of a thousand containers has about 5 MB.
  private static let sizeLimit = 64 << 20

  static func save(_ snapshot: HostSnapshot, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      let bytes = [UInt8](try encoder.encode(snapshot)) + [UInt8(ascii: "\n")]
      try OutputFile.write(bytes, to: path, mode: 0o600)
    } catch {
      throw Failure(.incomplete, error)
    }
  }

  /// The snapshot in the file at `path`; throws with line and column where it is none.
  static func load(_ path: String) throws(DocumentError) -> HostSnapshot {
    let bytes = try TextFile.read(path, limit: sizeLimit, trust: .anyone)
    let text = try JSONText(parsing: bytes, file: path)
    let schema = try text.decode(Schema.self).schema
    guard schema == HostSnapshot.currentSchema else {
      throw text.error(
        at: text.root.offset, "the schema is '\(schema)', not '\(HostSnapshot.currentSchema)'")
    }
    return try text.decode(HostSnapshot.self)
  }

  /// What every version of a snapshot has.
  private struct Schema: Decodable {
    var schema: String
  }
}
