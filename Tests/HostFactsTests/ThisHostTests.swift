import TestSupport
import Testing

@testable import HostFacts

@Suite("This host")
struct ThisHostTests {
  @Test(
    "is its root, however that is written", arguments: ["/", "//", "/usr/..", "/proc/self/root"])
  func root(_ path: String) { #expect(HostReader.isThisHost(path)) }

  @Test("is no other directory", arguments: ["/usr", "/nothing", "", "/proc/self/exe"])
  func other(_ path: String) { #expect(!HostReader.isThisHost(path)) }

  @Test("is what a link to its root leads to")
  func link() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.link("/root", to: "/")
      #expect(HostReader.isThisHost(fixture.path + "/root"))
      #expect(!HostReader.isThisHost(fixture.path))
    }
  }
}
