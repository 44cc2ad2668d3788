import FoundationEssentials
import HardeningModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension LocalTime {
  /// What clocks show at `date` where this host is, by its /etc/localtime; `nil` where the C library cannot
  /// tell.
  package init?(of date: Date) {
    // Whoever has changed the time zone since the process began means it.
    tzset()
    var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil,
      let day = MaintenanceWindow.Weekday(rawValue: Int(parts.tm_wday))
    else { return nil }
    self.init(day: day, minute: Int(parts.tm_hour) * 60 + Int(parts.tm_min))
  }
}
