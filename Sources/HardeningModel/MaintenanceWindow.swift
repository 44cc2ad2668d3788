/// A span of the day, on some days of the week or on all, in which dockerd may be interrupted.
package struct MaintenanceWindow: Sendable, Equatable {
  /// The days on which it begins.
  package let days: Set<Weekday>
  /// In minutes since midnight.
  package let start: Int
  /// Up to 1440; where it is not after `start`, on the day after.
  package let end: Int

  package enum Weekday: Int, Sendable, CaseIterable {
    case sunday, monday, tuesday, wednesday, thursday, friday, saturday

    /// `Sun`, as English abbreviates it.
    var name: String {
      ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][rawValue]
    }

    fileprivate init?(_ name: some StringProtocol) {
      guard let day = Self.allCases.first(where: { $0.name.lowercased() == name.lowercased() })
      else { return nil }
      self = day
    }

    fileprivate func after(_ days: Int) -> Weekday { Self.allCases[(rawValue + days + 7) % 7] }
  }

  /// Why a text is no maintenance window.
  package struct Mistake: Error, Equatable, CustomStringConvertible {
    package var description: String
  }

  /// The window that is written as `02:00-04:00`, `Sun 02:00-04:00`, `Sat,Sun 22:00-04:00` or
  /// `Mon-Fri 02:00-04:00`.
  package init(_ text: String) throws(Mistake) {
    let words = text.split(separator: " ")
    guard let span = words.last, words.count <= 2 else { throw Self.mistake(text) }
    days = words.count == 2 ? try Self.days(words[0]) : Set(Weekday.allCases)
    let times = span.split(separator: "-", omittingEmptySubsequences: false)
    guard times.count == 2 else { throw Self.mistake(text) }
    start = try Self.minutes(times[0], upTo: 1439)
    end = try Self.minutes(times[1], upTo: 1440)
    guard start != end else {
      throw Mistake(
        description: "'\(span)' ends when it begins; a whole day is written 00:00-24:00")
    }
  }

  private static func mistake(_ text: String) -> Mistake {
    Mistake(
      description:
        "'\(text)' is no maintenance window, as 'Sun 02:00-04:00' or '22:00-04:00' is one")
  }

  private static func days(_ text: Substring) throws(Mistake) -> Set<Weekday> {
    var days: Set<Weekday> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      var named: [Weekday] = []
      for name in ends {
        guard let day = Weekday(name) else {
          let names = Weekday.allCases.map(\.name).joined(separator: ", ")
          throw Mistake(description: "'\(name)' is no day of the week: \(names)")
        }
        named.append(day)
      }
      guard let first = named.first, let last = named.last, named.count <= 2 else {
        throw Mistake(description: "'\(part)' is no span of days, as Mon-Fri is one")
      }
      let length = (last.rawValue - first.rawValue + 7) % 7
      days.formUnion((0...length).map(first.after))
    }
    return days
  }

  /// `02:00`, two digits each.
  private static func minutes(
    _ text: Substring, upTo limit: Int
  ) throws(Mistake) -> Int {
    let bytes = Array(text.utf8)
    let digits = [0, 1, 3, 4]
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
      digits.allSatisfy({ (0x30...0x39).contains(bytes[$0]) })
    else { throw Mistake(description: "'\(text)' is no time of day, as 02:00 is one") }
    let number = digits.map { Int(bytes[$0] - 0x30) }
    let (hours, minutes) = (number[0] * 10 + number[1], number[2] * 10 + number[3])
    guard minutes < 60, hours * 60 + minutes <= limit else {
      throw Mistake(description: "there is no time of day '\(text)'")
    }
    return hours * 60 + minutes
  }

  /// Whether `time` is in it: from its first minute up to the one before its end.
  package func contains(_ time: LocalTime) -> Bool {
    if start < end { return days.contains(time.day) && (start..<end).contains(time.minute) }
    return days.contains(time.day) && time.minute >= start
      || days.contains(time.day.after(-1)) && time.minute < end
  }
}

/// What the clock on the wall shows.
package struct LocalTime: Sendable, Equatable {
  package var day: MaintenanceWindow.Weekday
  /// Since midnight.
  package var minute: Int

  package init(day: MaintenanceWindow.Weekday, minute: Int) {
    self.day = day
    self.minute = minute
  }

  /// So many minutes later, as clocks go that are not put forward or back.
  fileprivate func after(_ minutes: Int) -> LocalTime {
    let total = minute + minutes
    return LocalTime(day: day.after(total / 1440), minute: total % 1440)
  }
}

extension Collection<MaintenanceWindow> {
  /// Whether dockerd may be interrupted at `time`.
  package func contain(_ time: LocalTime) -> Bool { contains { $0.contains(time) } }

  /// In how many minutes one of them begins, 0 within one; `nil` where there is none.
  package func minutesUntilOpen(from time: LocalTime) -> Int? {
    isEmpty ? nil : (0..<7 * 1440).first { contain(time.after($0)) }
  }
}
