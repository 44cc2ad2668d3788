import Documents
import FoundationEssentials
import HardeningModel

/// Snapshots in files, as JSON.
enum SnapshotFile {
  /// The largest that is read; one of a thousand containers has about 5 MB.
  private static let sizeLimit = 256 << 20

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
    do {
      let snapshot = try JSONDecoder().decode(HostSnapshot.self, from: Data(bytes))
      guard snapshot.schema == HostSnapshot.currentSchema else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: [SchemaKey.schema],
            debugDescription:
              "the schema is '\(snapshot.schema)', not '\(HostSnapshot.currentSchema)'"))
      }
      return snapshot
    } catch {
      // The decoder says what is wrong; only the text itself can say where.
      let text = try JSONText(parsing: bytes, file: path)
      let (codingPath, reason) = Self.explain(error)
      throw text.error(at: text.offset(of: codingPath), reason)
    }
  }

  private enum SchemaKey: String, CodingKey { case schema }

  private static func explain(_ error: any Error) -> (path: [any CodingKey], reason: String) {
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      (context.codingPath, "the key '\(key.stringValue)' is missing here")
    case DecodingError.typeMismatch(let type, let context):
      (context.codingPath, "expected \(type)")
    case DecodingError.valueNotFound(let type, let context):
      (context.codingPath, "expected \(type), found null")
    case DecodingError.dataCorrupted(let context): (context.codingPath, context.debugDescription)
    default: ([], "\(error)")
    }
  }
}
