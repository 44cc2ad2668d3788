import HostFacts
import Testing

@testable import Warden

@Suite("What has changed")
struct ChangesTests {
  @Test("is gathered until it is taken, and signalled once")
  func gathered() async {
    let changes = Changes()
    changes.touch(HostParts())
    #expect(changes.take().isEmpty)
    changes.touch(.container("a"))
    changes.touch(.container("b"))
    var arrivals = changes.arrivals.makeAsyncIterator()
    await arrivals.next()
    #expect(changes.take().containers == .some(["a", "b"]))
    #expect(changes.take().isEmpty)
    changes.touch(.all)
    await arrivals.next()
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
}
