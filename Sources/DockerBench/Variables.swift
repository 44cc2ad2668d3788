import Documents

/// What is put in place of `$name` in a definitions file: the `config.yaml` beside it.
package struct Variables: Sendable, Equatable {
  private var values: [String: String] = [:]

  package init() {}

  /// The variables in `bytes`, as `name: {value: v}`.
  ///
  /// Throws a `DocumentError` with line and column for invalid YAML, a name that is none, another key than
  /// `value`, and a value of several lines, which would move all that follows.
  package init(_ bytes: [UInt8], file: String) throws(DocumentError) {
    guard let document = try YAMLText.parse(bytes, file: file), !document.isNull else { return }
    for (key, value) in try document.entries() {
      let name = try key.text()
      guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) })
      else { throw key.error("'\(name)' is no name of a variable") }
      let members = try value.members(["value"])
      guard let given = members["value"], !given.isNull else { continue }
      let text = try given.text()
      guard !text.contains(where: \.isNewline) else {
        throw given.error("the value of '\(name)' has several lines")
      }
      // One that is empty leaves its name where it is.
      if !text.isEmpty { values[name] = text }
    }
  }

  /// The text with the values in it, and what leads from places in it to those in the original.
  ///
  /// Where names begin alike the longest counts, and what is put in is not looked at again.
  func applied(to text: String) -> (text: String, origins: Origins) {
    let names = values.keys.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }.map {
      Array($0.utf8)
    }
    guard !names.isEmpty else { return (text, Origins()) }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var origins = Origins()
    var (index, line, column, newColumn) = (0, 1, 1, 1)
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "$"),
        let name = names.first(where: { bytes[(index + 1)...].starts(with: $0) }),
        let value = values[String(decoding: name, as: UTF8.self)]
      {
        let quoted = value.split(whereSeparator: \.isWhitespace).count > 1 ? "'\(value)'" : value
        result += quoted.utf8
        index += 1 + name.count
        column += 1 + String(decoding: name, as: UTF8.self).unicodeScalars.count
        newColumn += quoted.unicodeScalars.count
        origins.add(line: line, column: newColumn, original: column)
        continue
      }
      let byte = bytes[index]
      result.append(byte)
      index += 1
      if byte == UInt8(ascii: "\n") {
        (line, column, newColumn) = (line + 1, 1, 1)
      } else if byte & 0b1100_0000 != 0b1000_0000 {
        column += 1
        newColumn += 1
      }
    }
    return (String(decoding: result, as: UTF8.self), origins)
  }

  /// Where what stands behind a replaced name stood before.
  struct Origins: Sendable {
    private var shifts: [Int: [(column: Int, original: Int)]] = [:]

    mutating func add(line: Int, column: Int, original: Int) {
      shifts[line, default: []].append((column, original))
    }

    func original(of position: Position) -> Position {
      guard let shift = shifts[position.line]?.last(where: { $0.column <= position.column }) else {
        return position
      }
      return Position(
        line: position.line, column: shift.original + position.column - shift.column)
    }
  }
}
