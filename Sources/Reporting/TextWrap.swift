/// Prose broken into lines.
enum TextWrap {
  /// The lines of `text`, none wider than `width` unless a single word is, each but the first with
  /// `indentation` before it, which counts. The first has `first` before it, as wide.
  static func lines(
    _ text: String, width: Int, first: String = "", indentation: String = ""
  ) -> [String] {
    var lines: [String] = []
    var line = first
    var isEmpty = true
    var room = width - first.count
    for word in text.split(separator: " ") {
      let needed = isEmpty ? word.count : word.count + 1
      if !isEmpty, needed > room {
        lines.append(line)
        line = indentation
        isEmpty = true
        room = width - indentation.count
      }
      line += isEmpty ? String(word) : " " + word
      room -= isEmpty ? word.count : word.count + 1
      isEmpty = false
    }
    return lines + [line]
  }
}
