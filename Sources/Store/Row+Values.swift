import GRDB

/// The columns of a row, without trust in it: whoever could write to the file may have put anything there,
/// and GRDB ends the process over a value of another type.
extension Row {
  /// The value of `column`; throws where it is null or of another type.
  func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
    guard let value: Value = try optional(column) else {
      throw Inconsistency("the column '\(column)' is empty")
    }
    return value
  }

  /// The value of the column at `index`, for rows of which there are thousands; throws where it is null or
  /// of another type.
  func value<Value: DatabaseValueConvertible>(at index: Int) throws -> Value {
    let stored: DatabaseValue = self[index]
    guard let value = Value.fromDatabaseValue(stored) else {
      throw Inconsistency("column \(index) of a posture holds a value of another type")
    }
    return value
  }

  /// The value of `column`, `nil` where it is null; throws where it is of another type.
  func optional<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
    guard let stored: DatabaseValue = self[column], !stored.isNull else { return nil }
    guard let value = Value.fromDatabaseValue(stored) else {
      throw Inconsistency("the column '\(column)' holds a value of another type")
    }
    return value
  }

  /// The text of `column`.
  func text(_ column: String) throws -> String {
    let stored: StoredText = try value(column)
    return stored.text
  }

  /// The text of `column`, `nil` where it is null.
  func optionalText(_ column: String) throws -> String? {
    let stored: StoredText? = try optional(column)
    return stored?.text
  }
}
