import HardeningModel
import Testing

@Suite("The first place of a text")
struct FirstPlaceTests {
  @Test(
    "is told by its bytes",
    arguments: [
      ("tcp://h", "://", 3), ("a=1 b=2 b=3", "b=", 4), ("aaab", "aab", 1), ("abab", "abc", nil),
      ("é://", "://", 1), ("", "a", nil), ("a", "", nil), ("ab", "abc", nil), ("abc", "abc", 0),
    ])
  func place(_ text: String, _ wanted: String, _ characters: Int?) throws {
    let place = text.firstPlace(of: wanted)
    #expect(place.map { text.distance(from: text.startIndex, to: $0.lowerBound) } == characters)
    if let place { #expect(text[place] == wanted) }
    // In a part of a text, by its own indices.
    #expect(text.dropFirst().firstPlace(of: wanted).map { text[$0] == wanted } ?? true)
  }
}
