import HardeningModel
import Testing

@Suite("Days")
struct DayTests {
  @Test(
    "are what is written as they are, and nothing else",
    arguments: [
      ("1970-01-01", 0), ("1970-01-02", 1), ("1969-12-31", -1), ("2000-02-29", 11_016),
      ("2026-01-31", 20_484), ("9999-12-31", 2_932_896), ("0000-03-01", -719_468),
      ("2026-02-29", nil), ("2100-02-29", nil), ("2026-02-30", nil), ("2026-04-31", nil),
      ("2026-00-01", nil), ("2026-13-01", nil), ("2026-01-00", nil), ("2026-01-32", nil),
      ("26-01-01", nil), ("2026-1-1", nil), ("2026-01-01 ", nil), (" 2026-01-01", nil),
      ("2026/01/01", nil), ("20260101", nil), ("+026-01-01", nil), ("2026-01-0１", nil),
      ("２026-01-01", nil), ("2026-01-01T00:00:00Z", nil), ("", nil), ("never", nil),
    ] as [(String, Int?)])
  func text(_ text: String, number: Int?) {
    #expect(Day(text)?.number == number)
    if let number { #expect(Day(number: number).description == text) }
  }

  @Test(
    "are in UTC those of a time",
    arguments: [(0, 0), (86_399, 0), (86_400, 1), (-1, -1), (-86_400, -1)])
  func time(_ seconds: Int, number: Int) {
    #expect(Day(secondsSince1970: seconds).number == number)
  }

  @Test("follow each other through leap years and centuries")
  func roundTrip() throws {
    for number in stride(from: -719_162, through: 2_932_896, by: 97) {
      let day = Day(number: number)
      #expect(Day(day.description) == day)
      #expect(day < Day(number: number + 1))
    }
  }
}
