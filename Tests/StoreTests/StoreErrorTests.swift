import Store
import Testing

@Suite("An error of the store")
struct StoreErrorTests {
  @Test("reads as its sentence")
  func text() {
    #expect("\(StoreError("cannot open the store"))" == "cannot open the store")
  }
}
