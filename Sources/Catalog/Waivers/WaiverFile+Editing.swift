import Documents
import HardeningModel

/// Changes to the text of a file of waivers. All but the entry that is added or removed stays byte for
/// byte, and every text that comes out has been read again: it has the waivers that it should have,
/// and no others.
extension WaiverFile {
  /// `bytes`, or a new file for `nil`, with `waiver` at the end of the list.
  ///
  /// Throws a `DocumentError` where `bytes` is no file of waivers, has this one already, or is written
  /// in a way in which it cannot be added.
  package static func adding(
    _ waiver: Waiver, to bytes: [UInt8]?, file: String, maximumDays: Int
  ) throws(DocumentError) -> [UInt8] {
    let bytes = bytes ?? Array(heading.utf8)
    let parsed = try parse(bytes, file: file, maximumDays: maximumDays)
    if let entry = parsed.entries.first(where: { $0.waiver.isAboutTheSame(as: waiver) }) {
      throw DocumentError(
        file: file, position: entry.position,
        reason: "\(waiver.scope) is waived already, until \(entry.waiver.until); remove that first")
    }
    // Yams drops it when it reads.
    if waiver.texts.contains(where: { $0.unicodeScalars.first == "\u{FEFF}" }) {
      throw DocumentError(
        file: file, reason: "a text that begins with a byte-order mark (U+FEFF) cannot be kept")
    }
    let lines = YAMLLines(bytes)
    return try parsed.firstSound(
      of: parsed.additions(of: waiver, to: lines), maximumDays: maximumDays,
      waivers: parsed.entries.map(\.waiver) + [waiver])
  }

  /// `bytes` without the entry at `index` of those that were parsed from them.
  package func removing(
    _ index: Int, from bytes: [UInt8], maximumDays: Int
  ) throws(DocumentError) -> [UInt8] {
    var rest = entries.map(\.waiver)
    rest.remove(at: index)
    return try firstSound(
      of: removal(of: index, from: YAMLLines(bytes)).map { [$0] } ?? [], maximumDays: maximumDays,
      waivers: rest)
  }

  /// What a file of waivers begins with that is made here.
  package static let heading = """
    # Waivers: failures that somebody has accepted for a time. `dockward waive` adds and removes
    # entries, and `dockward waive --list` shows what has become of them.

    """

  /// The first of `candidates` that, when it is read, has these `waivers`.
  private func firstSound(
    of candidates: [[UInt8]], maximumDays: Int, waivers: [Waiver]
  ) throws(DocumentError) -> [UInt8] {
    for candidate in candidates where candidate.count <= Self.sizeLimit {
      guard
        let read = try? Self.parse(candidate, file: file, maximumDays: maximumDays).entries
          .map(\.waiver)
      else { continue }
      // By their bytes: two texts may be equal in Unicode and not the same.
      if read.count == waivers.count, zip(read, waivers).allSatisfy({ $0.isIdentical(to: $1) }) {
        return candidate
      }
    }
    throw DocumentError(
      file: file, position: list ?? Position(line: 1, column: 1),
      reason: "the file cannot be changed here without changing more of it; edit it by hand")
  }

  /// Texts that may be the one with `waiver` in it, the best first.
  private func additions(of waiver: Waiver, to lines: YAMLLines) -> [[UInt8]] {
    let bytes = lines.bytes
    var indentation = 0
    if let list {
      let offset = lines.offset(of: list)
      guard offset < bytes.count else { return [] }
      if bytes[offset] == UInt8(ascii: "[") {
        return replacingEmptyList(at: list, with: waiver, lines).map { [$0] } ?? []
      }
      guard bytes[offset] == UInt8(ascii: "-") else { return [] }
      indentation = list.column - 1
    }
    let item = waiver.item(indentation: indentation, ending: lines.ending)
    let ends = bytes.last.map { $0 == 0x0A || $0 == 0x0D } ?? true
    var texts = [bytes + Array(((ends ? "" : lines.ending) + item).utf8)]
    // Before `...`, which ends the document.
    for number in (1..<(lines.count + 1)).reversed()
    where lines.line(number).starts(with: "...".utf8) {
      let place = lines.start(ofLine: number)
      texts.append(Array(bytes[..<place]) + Array(item.utf8) + Array(bytes[place...]))
    }
    return texts
  }

  /// The text in which `waiver` stands for `[]`.
  private func replacingEmptyList(
    at list: Position, with waiver: Waiver, _ lines: YAMLLines
  ) -> [UInt8]? {
    let bytes = lines.bytes
    let start = lines.offset(of: list)
    guard let end = bytes[(start + 1)...].firstIndex(where: { $0 != UInt8(ascii: " ") }),
      bytes[end] == UInt8(ascii: "]")
    else { return nil }
    var item = waiver.item(indentation: 0, ending: lines.ending)
    item.removeLast()
    // After what may stand before a list on its line, such as `---`.
    if list.column > 1 { item = lines.ending + item }
    return Array(bytes[..<start]) + Array(item.utf8) + Array(bytes[(end + 1)...])
  }

  /// The text without the lines of an entry: from its dash to the last before the next that is more
  /// than a comment. Comments above it stay.
  private func removal(of index: Int, from lines: YAMLLines) -> [UInt8]? {
    guard let list, let first = dashLine(of: index, list, lines) else { return nil }
    var end = lines.count + 1
    if index + 1 < entries.count {
      guard let next = dashLine(of: index + 1, list, lines) else { return nil }
      end = next
    }
    while end > first + 1 {
      let line = lines.line(end - 1)
      let text = line.drop { [0x20, 0x09, 0x0D, 0x0A].contains($0) }
      guard text.isEmpty || text.first == UInt8(ascii: "#") || line.starts(with: "...".utf8) else {
        break
      }
      end -= 1
    }
    return Array(lines.bytes[..<lines.start(ofLine: first)])
      + Array(lines.bytes[lines.start(ofLine: end)...])
  }

  /// The line with the dash of an entry, which may stand above its first key.
  private func dashLine(of index: Int, _ list: Position, _ lines: YAMLLines) -> Int? {
    let column = list.column - 1
    for number in (list.line...max(list.line, entries[index].start.line)).reversed() {
      let line = lines.line(number)
      if line.prefix(column).allSatisfy({ $0 == 0x20 }),
        line.dropFirst(column).first == UInt8(ascii: "-")
      {
        return number
      }
    }
    return nil
  }
}

extension Waiver {
  /// It as an item of a list, with `indentation` blanks before each line.
  fileprivate func item(indentation: Int, ending: String) -> String {
    var members = [("selector", selector)]
    if let benchmark { members.append(("benchmark", benchmark)) }
    members += [
      ("subject", subject.pattern), ("reason", reason), ("until", "\(until)"), ("who", who),
      ("entered", "\(entered)"),
    ]
    let blanks = String(repeating: " ", count: indentation)
    return members.enumerated().map { place, member in
      "\(blanks)\(place == 0 ? "- " : "  ")\(member.0): \(YAMLScalar.text(member.1))\(ending)"
    }.joined()
  }

  fileprivate var texts: [String] { [selector, benchmark ?? "", subject.pattern, reason, who] }

  fileprivate func isIdentical(to other: Waiver) -> Bool {
    self == other && zip(texts, other.texts).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
  }
}
