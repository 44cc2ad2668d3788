/// Times as the Engine, snapshots and reports write them.
package enum Timestamp {
  /// Seconds since 1970 of `2026-01-02T03:04:05Z`, with or without a fraction and another offset; `nil`
  /// where it is no time of RFC 3339.
  package static func seconds(rfc3339 text: String) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20 else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      let digits = bytes[range]
      guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == 0x74, bytes[13] == 0x3A,
      bytes[16] == 0x3A, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
      second < 61
    else { return nil }
    var rest = bytes[19...]
    if rest.first == 0x2E { rest = rest.dropFirst().drop { (0x30...0x39).contains($0) } }
    var offset = 0
    if rest.count == 6, let sign = rest.first, sign == 0x2B || sign == 0x2D {
      let start = rest.startIndex
      guard let hours = number((start + 1)..<(start + 3)),
        let minutes = number((start + 4)..<(start + 6))
      else { return nil }
      offset = (sign == 0x2B ? 1 : -1) * (hours * 3600 + minutes * 60)
    } else if rest.count != 1 || (rest.first ?? 0) | 0x20 != 0x7A {
      return nil
    }
    return Day(year: year, month: month, day: day).number * 86_400 + hour * 3600 + minute * 60
      + second - offset
  }

  /// `2026-01-02T03:04:05Z`, of seconds since 1970; Foundation's formatter takes a millisecond to begin.
  package static func rfc3339(seconds: Int) -> String {
    let second = (seconds % 86_400 + 86_400) % 86_400
    return "\(day(of: seconds))T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
  }

  /// `2026-01-02`
  package static func day(of seconds: Int) -> String { Day(secondsSince1970: seconds).description }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
