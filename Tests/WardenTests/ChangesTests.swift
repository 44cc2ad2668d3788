import HostFacts
import Synchronization
import Testing

@testable import Warden

@Suite("What has changed")
struct ChangesTests {
  @Test("is gathered until it is taken, and signalled once")
  func gathered() {
    let count = Counter()
    let changes = Changes { count.up() }
    changes.touch(HostParts())
    #expect(changes.take().isEmpty && count.value == 0)
    changes.touch(.container("a"))
    changes.touch(.container("b"))
    #expect(count.value == 1)
    #expect(changes.take().containers == .some(["a", "b"]))
    #expect(changes.take().isEmpty)
    changes.touch(.all)
    #expect(count.value == 2)
    #expect(changes.take() == .all)
  }

  @Test("takes bounded room: of many containers, all are touched")
  func bounded() {
    var parts = HostParts()
    for number in 0..<10_000 { parts.formUnion(.container("\(number)")) }
    #expect(parts.containers == .all)
    for number in 0..<10_000 {
      var exec = HostParts()
      exec.execs = [HostParts.Exec(id: "\(number)", container: "web")]
      parts.formUnion(exec)
    }
    #expect(parts.execs.isEmpty && parts.asksEngine)
  }

  private final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func up() { count.withLock { $0 += 1 } }
  }
}
