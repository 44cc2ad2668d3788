import HardeningModel
import Testing

@Suite("Commands in containers that are over")
struct PastExecTests {
  private func exec(_ seenAt: String, privileged: Bool = true) -> PastExec {
    var configuration = ExecProcess.Configuration()
    configuration.privileged = .value(privileged)
    return PastExec(containerID: "c", configuration: .found(configuration), seenAt: seenAt)
  }

  @Test("count for a day, and the latest thousand")
  func counting() {
    let time = Timestamp.seconds(rfc3339: "2026-01-03T03:04:05Z") ?? 0
    let old = exec("2026-01-02T03:04:05Z")
    let new = exec("2026-01-02T03:04:06Z")
    #expect(PastExec.counting([old, new, exec("when?")], at: time) == [new])
    let many = (0..<1500).map { exec("2026-01-03T03:00:0\($0 % 10)Z", privileged: $0 < 500) }
    #expect(PastExec.counting(many, at: time) == Array(many.suffix(1000)))
  }

  @Test("are kept where a check might object, or where that is not known")
  func notable() {
    var configuration = ExecProcess.Configuration()
    #expect(configuration.isNotable)
    configuration.privileged = .value(false)
    #expect(!configuration.isNotable)
    configuration.user = .value("")
    #expect(!configuration.isNotable)
    configuration.user = .value("app")
    #expect(configuration.isNotable)
    configuration.user = .missing
    configuration.privileged = .value(true)
    #expect(configuration.isNotable)
  }
}
