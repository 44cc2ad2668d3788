/// A day of the Gregorian calendar, without a time. Where it is made of a time, it is the day in UTC.
package struct Day: Sendable, Hashable, Comparable {
  /// Days since 1 January 1970.
  package let number: Int

  package init(number: Int) { self.number = number }

  /// The day in UTC on which a time falls.
  package init(secondsSince1970 seconds: Int) {
    number = (seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400
  }

  /// The day that a year, a month and a day of the month name; they are taken as they are.
  package init(year: Int, month: Int, day: Int) {
    // Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    number =
      era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The day that is written as `2026-01-31`, and in no other form; `nil` where there is no such day.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    let dash = UInt8(ascii: "-")
    guard bytes.count == 10, bytes[4] == dash, bytes[7] == dash else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      bytes[range].reduce(0 as Int?) { number, byte in
        guard let number, (0x30...0x39).contains(byte) else { return nil }
        return number * 10 + Int(byte - 0x30)
      }
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    self.init(year: year, month: month, day: day)
    // The 31st of a month with 30 days comes out as another day.
    if description != text { return nil }
  }

  package static func < (left: Day, right: Day) -> Bool { left.number < right.number }

  /// How many days it is after `other`.
  package func days(since other: Day) -> Int { number - other.number }
}

extension Day: CustomStringConvertible {
  /// `2026-01-31`
  package var description: String {
    // civil_from_days, the reverse of the above.
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func padded(_ number: Int, to width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
  }
}
