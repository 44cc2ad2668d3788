import Testing

@testable import Journal

@Suite("Priorities")
struct PriorityTests {
  @Test("are numbered as syslog(3) numbers them, the gravest first")
  func numbers() {
    #expect(Priority.error.rawValue == 3 && Priority.info.rawValue == 6)
    #expect(Priority.error < .warning)
  }
}
