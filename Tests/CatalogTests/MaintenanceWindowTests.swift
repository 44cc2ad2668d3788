import HardeningModel
import Testing

@Suite("Maintenance window")
struct MaintenanceWindowTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var window: String
    var day: MaintenanceWindow.Weekday
    var minute: Int
    var isIn: Bool
    var testDescription: String { "\(window) at \(day) \(minute / 60):\(minute % 60)" }

    init(
      _ window: String, _ day: MaintenanceWindow.Weekday, _ hour: Int, _ minute: Int, _ isIn: Bool
    ) {
      (self.window, self.day, self.minute, self.isIn) = (window, day, hour * 60 + minute, isIn)
    }
  }

  @Test(
    "has its first minute and not its last",
    arguments: [
      Row("02:00-04:00", .monday, 1, 59, false), Row("02:00-04:00", .monday, 2, 0, true),
      Row("02:00-04:00", .friday, 3, 59, true), Row("02:00-04:00", .friday, 4, 0, false),
      Row("Sun 02:00-04:00", .sunday, 3, 0, true), Row("Sun 02:00-04:00", .monday, 3, 0, false),
      Row("sun 02:00-04:00", .sunday, 3, 0, true),
      Row("Sat,Sun 02:00-04:00", .saturday, 2, 0, true),
      Row("Sat,Sun 02:00-04:00", .friday, 2, 0, false),
      Row("Mon-Fri 02:00-04:00", .monday, 2, 0, true),
      Row("Mon-Fri 02:00-04:00", .friday, 2, 0, true),
      Row("Mon-Fri 02:00-04:00", .saturday, 2, 0, false),
      Row("Fri-Mon 02:00-04:00", .sunday, 2, 0, true),
      Row("Fri-Mon 02:00-04:00", .tuesday, 2, 0, false),
      Row("Mon-Wed,Sat 02:00-04:00", .saturday, 2, 0, true),
      Row("00:00-24:00", .sunday, 23, 59, true), Row("00:00-24:00", .sunday, 0, 0, true),
      // On the night from Sunday to Monday.
      Row("Sun 22:00-04:00", .sunday, 21, 59, false), Row("Sun 22:00-04:00", .sunday, 22, 0, true),
      Row("Sun 22:00-04:00", .monday, 3, 59, true), Row("Sun 22:00-04:00", .monday, 4, 0, false),
      Row("Sun 22:00-04:00", .sunday, 3, 0, false), Row("Sat 22:00-04:00", .sunday, 3, 0, true),
      Row("Sun 22:00-00:00", .sunday, 23, 59, true), Row("Sun 22:00-00:00", .monday, 0, 0, false),
      Row("Sun 22:00-24:00", .sunday, 23, 59, true), Row("Sun 22:00-24:00", .monday, 0, 0, false),
      Row("22:00-04:00", .wednesday, 1, 0, true), Row("22:00-04:00", .wednesday, 12, 0, false),
    ])
  func contains(_ row: Row) throws {
    let time = LocalTime(day: row.day, minute: row.minute)
    #expect(try MaintenanceWindow(row.window).contains(time) == row.isIn)
    #expect(try [MaintenanceWindow(row.window)].contain(time) == row.isIn)
  }

  @Test("is not understood in any other form")
  func mistakes() {
    let rows = [
      ("", "'' is no maintenance window, as 'Sun 02:00-04:00' or '22:00-04:00' is one"),
      ("Sun", "'Sun' is no maintenance window, as 'Sun 02:00-04:00' or '22:00-04:00' is one"),
      (
        "Sun Mon 02:00-04:00",
        "'Sun Mon 02:00-04:00' is no maintenance window, as 'Sun 02:00-04:00' or '22:00-04:00' is one"
      ),
      ("2:00-4:00", "'2:00' is no time of day, as 02:00 is one"),
      ("02:00-4am", "'4am' is no time of day, as 02:00 is one"),
      ("02:00-", "'' is no time of day, as 02:00 is one"),
      ("02:60-04:00", "there is no time of day '02:60'"),
      ("24:00-04:00", "there is no time of day '24:00'"),
      ("02:00-24:01", "there is no time of day '24:01'"),
      (
        "02:00-02:00", "'02:00-02:00' ends when it begins; a whole day is written 00:00-24:00"
      ),
      (
        "So 02:00-04:00",
        "'So' is no day of the week: Sun, Mon, Tue, Wed, Thu, Fri, Sat"
      ),
      ("Sat, 02:00-04:00", "'' is no day of the week: Sun, Mon, Tue, Wed, Thu, Fri, Sat"),
      ("Mon-Wed-Fri 02:00-04:00", "'Mon-Wed-Fri' is no span of days, as Mon-Fri is one"),
    ]
    for (text, reason) in rows {
      let mistake = #expect(throws: MaintenanceWindow.Mistake.self, "\(text)") {
        try MaintenanceWindow(text)
      }
      #expect(mistake?.description == reason)
    }
  }

  @Test("tells when it begins next")
  func next() throws {
    let windows = [
      try MaintenanceWindow("Sun 22:00-04:00"), try MaintenanceWindow("Wed 02:00-03:00"),
    ]
    func minutes(_ day: MaintenanceWindow.Weekday, _ hour: Int) -> Int? {
      windows.minutesUntilOpen(from: LocalTime(day: day, minute: hour * 60))
    }
    #expect(minutes(.sunday, 21) == 60)
    #expect(minutes(.sunday, 23) == 0)
    #expect(minutes(.monday, 4) == 46 * 60)
    #expect(minutes(.saturday, 22) == 24 * 60)
    #expect([MaintenanceWindow]().minutesUntilOpen(from: LocalTime(day: .monday, minute: 0)) == nil)
  }
}
