import Foundation
import GRDB

/// A text as a column holds it. SQLite ends a text at its first NUL, so that one with a NUL in it,
/// which a container may have put there, is kept as a blob.
struct StoredText: DatabaseValueConvertible {
  var text: String

  init(_ text: String) { self.text = text }

  var databaseValue: DatabaseValue {
    text.utf8.contains(0) ? Data(text.utf8).databaseValue : text.databaseValue
  }

  static func fromDatabaseValue(_ value: DatabaseValue) -> StoredText? {
    switch value.storage {
    case .string(let text): StoredText(text)
    case .blob(let bytes): String(validating: bytes, as: UTF8.self).map(StoredText.init)
    default: nil
    }
  }
}
