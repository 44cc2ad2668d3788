import HardeningModel

/// What differs between two texts, as lines for people in the form of diff(1)'s `-u`.
enum UnifiedDiff {
  /// How many lines of what stays stand around what changes.
  private static let context = 3
  /// How many lines a diff has at most, and how many Unicode scalars a line.
  private static let lineLimit = 400
  private static let widthLimit = 400
  /// Up to how many lines it is looked for what stays between two that differ.
  private static let searchLimit = 4_000

  private enum Edit {
    case same(ArraySlice<UInt8>)
    case removed(ArraySlice<UInt8>)
    case added(ArraySlice<UInt8>)
  }

  /// `nil` stands for no file. Nothing in it can control a terminal.
  static func lines(of path: String, from old: [UInt8]?, to new: [UInt8]?) -> [String] {
    let name = Printable.text(path)
    let edits = edits(from: lines(old ?? []), to: lines(new ?? []))
    var result = [
      "--- \(old == nil ? "/dev/null" : name)", "+++ \(new == nil ? "/dev/null" : name)",
    ]
    for hunk in hunks(edits) { result += text(of: edits, in: hunk) }
    guard result.count > lineLimit else { return result }
    return result.prefix(lineLimit) + ["… (\(result.count - lineLimit) more lines)"]
  }

  /// With their newlines, so that a last line without one differs from one with it.
  private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
      lines.append(bytes[start...index])
      start = index + 1
    }
    if start < bytes.endIndex { lines.append(bytes[start...]) }
    return lines
  }

  private static func edits(
    from old: [ArraySlice<UInt8>], to new: [ArraySlice<UInt8>]
  ) -> [Edit] {
    let head = zip(old, new).prefix { $0 == $1 }.count
    let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed())
      .prefix { $0 == $1 }.count
    let oldMiddle = Array(old[head..<(old.count - tail)])
    let newMiddle = Array(new[head..<(new.count - tail)])
    return old.prefix(head).map(Edit.same) + middle(from: oldMiddle, to: newMiddle)
      + old.suffix(tail).map(Edit.same)
  }

  private static func middle(
    from old: [ArraySlice<UInt8>], to new: [ArraySlice<UInt8>]
  ) -> [Edit] {
    guard old.count + new.count <= searchLimit else {
      return old.map(Edit.removed) + new.map(Edit.added)
    }
    let difference = new.difference(from: old)
    var removed = Set<Int>()
    var added = Set<Int>()
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var edits: [Edit] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if left < old.count, removed.contains(left) {
        edits.append(.removed(old[left]))
        left += 1
      } else if right < new.count, added.contains(right) {
        edits.append(.added(new[right]))
        right += 1
      } else {
        edits.append(.same(old[left]))
        left += 1
        right += 1
      }
    }
    return edits
  }

  /// What changes, with the lines around it; what would overlap is one.
  private static func hunks(_ edits: [Edit]) -> [Range<Int>] {
    var hunks: [Range<Int>] = []
    for (index, edit) in edits.enumerated() {
      if case .same = edit { continue }
      let range = max(0, index - context)..<min(edits.count, index + context + 1)
      if let last = hunks.last, range.lowerBound <= last.upperBound {
        hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
      } else {
        hunks.append(range)
      }
    }
    return hunks
  }

  private static func text(of edits: [Edit], in range: Range<Int>) -> [String] {
    let before = counts(edits[..<range.lowerBound])
    let inside = counts(edits[range])
    var lines = [
      "@@ -\(place(before.old, inside.old)) +\(place(before.new, inside.new)) @@"
    ]
    for edit in edits[range] {
      switch edit {
      case .same(let line): lines += written(" ", line)
      case .removed(let line): lines += written("-", line)
      case .added(let line): lines += written("+", line)
      }
    }
    return lines
  }

  /// An empty range is placed after the line before it.
  private static func place(_ before: Int, _ count: Int) -> String {
    "\(count == 0 ? before : before + 1),\(count)"
  }

  private static func counts(_ edits: ArraySlice<Edit>) -> (old: Int, new: Int) {
    var (old, new) = (0, 0)
    for edit in edits {
      if case .added = edit {} else { old += 1 }
      if case .removed = edit {} else { new += 1 }
    }
    return (old, new)
  }

  private static func written(_ mark: String, _ line: ArraySlice<UInt8>) -> [String] {
    let isEnded = line.last == UInt8(ascii: "\n")
    let text = String(decoding: isEnded ? line.dropLast() : line, as: UTF8.self)
    // A tab only moves the cursor, and most files are indented by it.
    let parts = text.split(separator: "\t", omittingEmptySubsequences: false)
    let shown = parts.map { Printable.text($0, limit: widthLimit) }.joined(separator: "\t")
    return [mark + shown] + (isEnded ? [] : ["\\ No newline at end of file"])
  }
}

extension ContentsChange {
  /// What it changes, as lines for people; empty where the bytes are not at hand.
  package var diff: [String] {
    guard let new = after.bytes, before == nil || before?.bytes != nil else { return [] }
    return UnifiedDiff.lines(of: canonical, from: before?.bytes, to: new)
  }
}

extension AttributesChange {
  /// What it changes, in the form of a diff.
  package var diff: [String] {
    let path = Printable.text(canonical)
    return ["--- \(path)", "+++ \(path)", "-\(beforeText)", "+\(afterText)"]
  }
}

extension DirectoryChange {
  /// What it changes, in the form of a diff.
  package var diff: [String] {
    ["--- /dev/null", "+++ \(Printable.text(path))", "+directory, mode 0755"]
  }
}
