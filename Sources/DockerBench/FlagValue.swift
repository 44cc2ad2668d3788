/// What an output says of a flag.
///
/// Blanks are the ASCII ones, and everything is compared byte by byte, so that no output, of whatever
/// bytes, has another meaning for people than for this.
package enum FlagValue {
  /// Whether `flag` occurs followed by the end, or by a character that no longer name of a flag would
  /// have there: any but letters and digits of ASCII, `-` and `_`.
  package static func isPresent(_ flag: String, in output: String) -> Bool {
    let (flag, output) = (Array(flag.utf8), Array(output.utf8))
    return occurrences(of: flag, in: output).contains { place in
      let next = place + flag.count
      return next == output.count || !isNameByte(output[next])
    }
  }

  /// The value of `flag`: the first that is not empty of what these forms give, each where it first
  /// stands in the output; empty where none does. Without a flag it is the output itself.
  ///
  /// 1. `flag="value"` or `flag: "value"` at the beginning or after a blank, up to the last quote of the
  ///    line; the flag may be in quotes, and blanks may stand before and after the sign.
  /// 2. The same without quotes, up to a blank.
  /// 3. `flag value`, up to a `-` or a blank.
  /// 4. The flag itself, standing alone.
  /// 5. `flag=value` or `flag:value` anywhere, up to a blank.
  package static func value(of flag: String, in output: String) -> String {
    guard !flag.isEmpty else { return output }
    let text = Array(output.utf8)
    let name = Array(flag.utf8)
    let names = Name.all(of: name, in: text)
    let forms: [() -> ArraySlice<UInt8>?] = [
      {
        names.firstResult {
          assigned(in: text, after: $0.end).flatMap { quoted(in: text, from: $0) }
        }
      },
      {
        names.firstResult { name in
          assigned(in: text, after: name.end).map { text[$0...].prefix { !isBlank($0) } }
        }
      },
      { names.firstResult { separated(in: text, after: $0.end) } },
      { isAlone(name, in: text) ? name[...] : nil },
      { anywhere(name, in: text) },
    ]
    for form in forms {
      if let value = form(), !value.isEmpty { return String(decoding: value, as: UTF8.self) }
    }
    return ""
  }

  /// A place where the flag begins a word.
  private struct Name {
    /// Behind it, and behind the quote that closes it.
    var end: Int

    /// In order; with and without the quote that follows, since that may be the flag's or belong to what
    /// comes after.
    static func all(of flag: [UInt8], in text: [UInt8]) -> [Name] {
      occurrences(of: flag, in: text).flatMap { place -> [Name] in
        let opens = place > 0 && text[place - 1] == quote
        let begins = isBegin(place, in: text) || opens && isBegin(place - 1, in: text)
        guard begins else { return [] }
        let end = place + flag.count
        let closes = end < text.count && text[end] == quote
        return (closes ? [Name(end: end + 1)] : []) + [Name(end: end)]
      }
    }
  }

  /// Behind the sign after `place`, and the blanks of the line that follow it; `nil` without a sign.
  private static func assigned(in text: [UInt8], after place: Int) -> Int? {
    var index = place
    while index < text.count, isBlank(text[index]) { index += 1 }
    guard index < text.count, isSign(text[index]) else { return nil }
    index += 1
    while index < text.count, isBlank(text[index]), text[index] != newline { index += 1 }
    return index
  }

  /// What stands between a quote at `place` and the last one of the line.
  private static func quoted(in text: [UInt8], from place: Int) -> ArraySlice<UInt8>? {
    guard place < text.count, text[place] == quote else { return nil }
    let line = text[(place + 1)...].prefix { $0 != newline }
    return line.lastIndex(of: quote).map { text[(place + 1)..<$0] }
  }

  /// What stands after blanks after `place`, and begins with no `-`.
  private static func separated(in text: [UInt8], after place: Int) -> ArraySlice<UInt8>? {
    var index = place
    while index < text.count, isBlank(text[index]) { index += 1 }
    let value = text[index...].prefix { $0 != UInt8(ascii: "-") && !isBlank($0) }
    return index == place || value.isEmpty ? nil : value
  }

  private static func isAlone(_ flag: [UInt8], in text: [UInt8]) -> Bool {
    occurrences(of: flag, in: text).contains { place in
      let end = place + flag.count
      return isBegin(place, in: text) && (end == text.count || isBlank(text[end]))
    }
  }

  private static func anywhere(_ flag: [UInt8], in text: [UInt8]) -> ArraySlice<UInt8>? {
    for place in occurrences(of: flag, in: text) {
      let end = place + flag.count
      if end < text.count, isSign(text[end]) { return text[(end + 1)...].prefix { !isBlank($0) } }
    }
    return nil
  }

  /// Where `flag` stands in `text`, in order; an empty one stands everywhere.
  private static func occurrences(of flag: [UInt8], in text: [UInt8]) -> [Int] {
    guard flag.count <= text.count else { return [] }
    return (0...(text.count - flag.count)).filter { place in
      flag.isEmpty
        || (text[place] == flag[0] && text[place..<(place + flag.count)].elementsEqual(flag))
    }
  }

  private static func isBegin(_ place: Int, in text: [UInt8]) -> Bool {
    place == 0 || isBlank(text[place - 1])
  }

  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")

  private static func isSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":")
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension Sequence {
  /// The first result that there is.
  fileprivate func firstResult<Result>(_ transform: (Element) -> Result?) -> Result? {
    for element in self {
      if let result = transform(element) { return result }
    }
    return nil
  }
}
