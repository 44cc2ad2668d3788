import HardeningModel

/// Finds secrets in text, in time that grows with its length alone, whatever it is made of.
package enum SecretScanner {
  /// The secrets in any text, of which `place` says where it stands.
  package static func traces(in text: String, place: String) -> [SecretTrace] {
    let bytes = Array(text.utf8)
    return found(in: bytes).map { SecretTrace(kind: $0.kind, place: place, length: $0.range.count) }
  }

  /// The secrets in `NAME=value`, of which the value may hold anything; `place` says what it is.
  package static func traces(inAssignment text: String, place: String) -> [SecretTrace] {
    let bytes = Array(text.utf8)
    let equals = bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.count
    let name = bytes[..<equals]
    let place = "\(place) \(shown(name))"
    var found = found(in: bytes)
    let value = bytes[min(equals + 1, bytes.count)...]
    // What is a secret by its form is one already; by its name, the whole value is.
    let isKnown = found.contains { !$0.isByName }
    if !isKnown, let kind = SecretName(name) {
      found.removeAll(where: \.isByName)
      if SecretValue.isSecret(value, of: kind) {
        found.append(
          Match(kind: kind.rawValue, range: value.startIndex..<value.endIndex, isByName: true))
      }
    }
    return found.map { SecretTrace(kind: $0.kind, place: place, length: $0.range.count) }
  }

  /// The name, unless it holds a secret itself.
  private static func shown(_ name: ArraySlice<UInt8>) -> String {
    let text = String(decoding: name, as: UTF8.self)
    guard found(in: Array(name)).isEmpty else { return "(a name that holds a secret)" }
    return Printable.text(text, limit: 80)
  }

  struct Match {
    var kind: String
    var range: Range<Int>
    /// Whether only the name before it tells.
    var isByName: Bool
  }

  /// All that was found, in the order of the text.
  static func found(in bytes: [UInt8]) -> [Match] {
    var search = SecretSearch(bytes)
    search.run()
    return search.matches
  }
}

/// One way through a text.
private struct SecretSearch {
  let bytes: [UInt8]
  var matches: [SecretScanner.Match] = []
  private var index = 0
  /// Up to where no JSON Web Token can begin, since what would be its first part ends wrongly.
  private var barren = 0
  /// Up to where all names were looked at.
  private var nameBarren = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func run() {
    var wasInWord = false
    while index < bytes.count {
      let byte = bytes[index]
      if !wasInWord || byte == UInt8(ascii: "-"), let match = wellKnown() {
        matches.append(match)
        index = match.range.upperBound
        wasInWord = true
        continue
      }
      if !wasInWord, index >= nameBarren, ByteSet.name.contains(byte), let match = assignment() {
        matches.append(match)
        index = match.range.upperBound
        wasInWord = false
        continue
      }
      if byte == UInt8(ascii: ":"), let match = address() {
        matches.append(match)
        index = match.range.upperBound
        continue
      }
      // The letter of a line break written as `\n` is none of a word.
      let isEscaped =
        index > 0 && bytes[index - 1] == UInt8(ascii: "\\") && ByteSet.escapes.contains(byte)
      wasInWord = ByteSet.word.contains(byte) && !isEscaped
      index += 1
    }
  }

  private func has(_ prefix: [UInt8], at start: Int) -> Bool {
    guard start + prefix.count <= bytes.count else { return false }
    for offset in prefix.indices where bytes[start + offset] != prefix[offset] { return false }
    return true
  }

  /// The end of the run of `set` from `start`, at most `limit` bytes on.
  private func end(of set: ByteSet, from start: Int, limit: Int = .max) -> Int {
    var position = start
    let last = limit > bytes.count - start ? bytes.count : start + limit
    while position < last, set.contains(bytes[position]) { position += 1 }
    return position
  }

  private mutating func wellKnown() -> SecretScanner.Match? {
    let first = bytes[index]
    if first == UInt8(ascii: "-") { return privateKey() }
    for format in SecretFormat.byFirstByte[Int(first)] where has(format.prefix, at: index) {
      let start = index + format.prefix.count
      let end = end(of: format.body, from: start, limit: format.lengths.upperBound + 1)
      let isCut = format.lengths.upperBound >= 4096 && end - start > format.lengths.upperBound
      guard format.lengths.contains(end - start) || isCut,
        SecretValue.isRandom(bytes[start..<end])
      else { continue }
      return SecretScanner.Match(kind: format.kind, range: index..<end, isByName: false)
    }
    return first == UInt8(ascii: "e") ? webToken() : nil
  }

  /// RFC 7519: three parts in base64url, of which the first two are JSON objects.
  private mutating func webToken() -> SecretScanner.Match? {
    let mark = Array("eyJ".utf8)
    guard index >= barren, has(mark, at: index) else { return nil }
    let head = end(of: .base64URL, from: index)
    guard head - index >= 15, head < bytes.count, bytes[head] == UInt8(ascii: "."),
      has(mark, at: head + 1)
    else {
      barren = head
      return nil
    }
    let body = end(of: .base64URL, from: head + 1)
    guard body - head >= 10, body < bytes.count, bytes[body] == UInt8(ascii: ".") else {
      barren = body
      return nil
    }
    let signature = end(of: .base64URL, from: body + 1)
    guard signature - body > 20 else {
      barren = signature
      return nil
    }
    return SecretScanner.Match(
      kind: "JSON Web Token", range: index..<signature, isByName: false)
  }

  /// RFC 7468, with a body: the first line alone is what a script looks for.
  private func privateKey() -> SecretScanner.Match? {
    guard has(Array("-----BEGIN ".utf8), at: index) else { return nil }
    let start = index + 11
    let labels = ByteSet(["A"..."Z", "0"..."9"], " ")
    let end = end(of: labels, from: start, limit: 48)
    let label = String(decoding: bytes[start..<end], as: UTF8.self)
    guard label.hasSuffix("PRIVATE KEY") || label.hasSuffix("PRIVATE KEY BLOCK"),
      has(Array("-----".utf8), at: end)
    else { return nil }
    var position = end + 5
    // White space, and line breaks written as `\n`, once or twice escaped.
    var skipped = 0
    while position < bytes.count, skipped < 64 {
      let byte = bytes[position]
      let isLetterOfBreak =
        (byte == UInt8(ascii: "n") || byte == UInt8(ascii: "r"))
        && bytes[position - 1] == UInt8(ascii: "\\")
      guard
        byte <= 0x20 || byte == UInt8(ascii: "\\") || isLetterOfBreak || byte == UInt8(ascii: "\"")
          || byte == UInt8(ascii: "'")
      else { break }
      position += 1
      skipped += 1
    }
    let isEncrypted =
      has(Array("Proc-Type:".utf8), at: position) || has(Array("Version:".utf8), at: position)
      || has(Array("Comment:".utf8), at: position)
    let body = self.end(of: .base64, from: position)
    guard isEncrypted || body - position >= 16 else { return nil }
    return SecretScanner.Match(kind: "private key", range: index..<body, isByName: false)
  }

  /// `scheme://user:password@host`
  private func address() -> SecretScanner.Match? {
    guard index > 0, ByteSet.alphanumeric.contains(bytes[index - 1]),
      has(Array("://".utf8), at: index)
    else { return nil }
    let start = index + 3
    var at: Int?
    var colon: Int?
    for position in start..<min(start + 300, bytes.count) {
      let byte = bytes[position]
      if ByteSet.authorityEnd.contains(byte) { break }
      if byte == UInt8(ascii: ":"), colon == nil { colon = position }
      if byte == UInt8(ascii: "@") { at = position }
    }
    guard let at, let colon, colon < at,
      SecretValue.isSecret(bytes[(colon + 1)..<at], of: .password)
    else { return nil }
    return SecretScanner.Match(
      kind: "password in an address", range: (colon + 1)..<at, isByName: true)
  }
}

extension SecretSearch {
  /// `NAME=value`, `"name": "value"`, `--name value`. Goes past a name that is none of a secret.
  private mutating func assignment() -> SecretScanner.Match? {
    let start = index
    let nameEnd = end(of: .name, from: start)
    // A name that begins within this one says nothing else.
    nameBarren = nameEnd
    guard let name = SecretName(bytes[start..<nameEnd]) else { return nil }
    let before = start > 0 ? bytes[start - 1] : 0
    // `$NAME = x` compares, `${NAME:-x}` expands.
    if before == UInt8(ascii: "$")
      || before == UInt8(ascii: "{") && (start < 2 || bytes[start - 2] == UInt8(ascii: "$"))
    {
      return nil
    }
    guard let (valueStart, isSure) = value(after: nameEnd, from: start, quote: before) else {
      return nil
    }
    return match(of: name, at: valueStart, isSure: isSure)
  }

  /// The secret that the value at `start` is.
  private func match(of name: SecretName, at start: Int, isSure: Bool) -> SecretScanner.Match? {
    var start = start
    var quote: UInt8?
    while start < bytes.count, bytes[start] == UInt8(ascii: "\\") { start += 1 }
    if start < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[start]) {
      quote = bytes[start]
      start += 1
    }
    // What begins an expansion is none, however long it is.
    if start < bytes.count, bytes[start] == UInt8(ascii: "$") { return nil }
    func isEnd(_ byte: UInt8) -> Bool {
      guard let quote else { return ByteSet.valueEnd.contains(byte) }
      return byte == quote || byte == UInt8(ascii: "\n")
    }
    var end = start
    while end < bytes.count, end - start < SecretValue.sample, !isEnd(bytes[end]) { end += 1 }
    var value = bytes[start..<end]
    if value.last == UInt8(ascii: "\\") { value = value.dropLast() }
    guard SecretValue.isSecret(value, of: name, strictly: !isSure) else { return nil }
    while end < bytes.count, !isEnd(bytes[end]) { end += 1 }
    return SecretScanner.Match(kind: name.rawValue, range: start..<end, isByName: true)
  }

  /// Where the value of a name begins, and whether it is sure to be one.
  private func value(
    after nameEnd: Int, from start: Int, quote: UInt8
  ) -> (start: Int, isSure: Bool)? {
    var position = nameEnd
    let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'")]
    while position < bytes.count, bytes[position] == UInt8(ascii: "\\") { position += 1 }
    let isQuoted = quotes.contains(quote) && position < bytes.count && bytes[position] == quote
    if isQuoted { position += 1 }
    let blankEnd = end(of: .blank, from: position, limit: 4)
    guard blankEnd < bytes.count else { return nil }
    switch bytes[blankEnd] {
    case UInt8(ascii: "="):
      let next = blankEnd + 1
      if next < bytes.count, [UInt8(ascii: "="), UInt8(ascii: "~")].contains(bytes[next]) {
        return nil
      }
      // With blanks around it, it may be a comparison.
      let valueStart = end(of: .blank, from: next, limit: 4)
      guard blankEnd > position || valueStart == next else { return nil }
      return (valueStart, blankEnd == position)
    case UInt8(ascii: ":"):
      let next = blankEnd + 1
      let valueStart = end(of: .blank, from: next, limit: 4)
      guard valueStart < bytes.count, valueStart > next || isQuoted else { return nil }
      let valueIsQuoted =
        quotes.contains(bytes[valueStart]) || bytes[valueStart] == UInt8(ascii: "\\")
      return (valueStart, isQuoted && valueIsQuoted)
    default:
      let isOption =
        has(Array("--".utf8), at: start) && blankEnd > position
        && bytes[blankEnd] != UInt8(ascii: "-")
      return isOption ? (blankEnd, true) : nil
    }
  }
}
