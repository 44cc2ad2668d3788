/// Which of the names that exist somebody may have meant.
package enum Spelling {
  /// `; did you mean 'a' or 'b'?`, or an empty text when nothing is near.
  package static func hint(for word: String, among names: some Collection<String>) -> String {
    let near = nearest(to: word, among: names)
    return near.isEmpty
      ? "" : "; did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?"
  }

  /// The names that are near `word`, nearest first, at most three.
  package static func nearest(to word: String, among names: some Collection<String>) -> [String] {
    let limit = max(2, word.count / 3)
    return names.map { (name: $0, distance: distance(word.lowercased(), $0.lowercased())) }
      .filter { $0.distance <= limit }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
      .prefix(3).map(\.name)
  }

  /// How many letters have to be added, dropped or changed to turn one text into the other
  /// (Levenshtein); texts beyond 100 letters count as far apart.
  static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left)
    let right = Array(right)
    guard left.count <= 100, right.count <= 100 else { return .max }
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = letter == other ? diagonal : min(diagonal, row[j], above) + 1
        diagonal = above
      }
    }
    return row[right.count]
  }
}
