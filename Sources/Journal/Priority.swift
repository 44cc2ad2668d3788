/// How much a message matters, as syslog(3) numbers it.
package enum Priority: Int, Sendable, Comparable {
  case emergency, alert, critical, error, warning, notice, info, debug

  package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}
