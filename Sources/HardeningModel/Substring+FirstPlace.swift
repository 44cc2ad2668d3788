extension String {
  /// Where `text` stands first, see `Substring`.
  package func firstPlace(of text: String) -> Range<Index>? { self[...].firstPlace(of: text) }
}

extension Substring {
  /// Where `text`, which is not empty, stands first, byte by byte; `nil` where it does not.
  ///
  /// To search with the standard library takes a program half a millisecond the first time.
  package func firstPlace(of text: String) -> Range<Index>? {
    guard let first = text.utf8.first else { return nil }
    var start = utf8.startIndex
    while let place = utf8[start...].firstIndex(of: first) {
      if utf8[place...].starts(with: text.utf8) {
        return place..<utf8.index(place, offsetBy: text.utf8.count)
      }
      start = utf8.index(after: place)
    }
    return nil
  }
}
