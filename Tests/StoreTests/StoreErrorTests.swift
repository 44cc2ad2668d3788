import Store
import SystemPackage
import Testing

@Suite("An error of the store")
struct StoreErrorTests {
  @Test(
    "says what was tried, where, and why it failed",
    arguments: [
      (StoreError.Reason.absent, "there is no store"),
      (.system(.permissionDenied), "permission denied"),
      (.busy(seconds: 5), "another process has held it for 5 seconds"),
      (.busy(seconds: 0.5), "another process has held it for 0.5 seconds"),
      (.full, "no space left on the file system"),
      (
        .foreign("it is not an SQLite database"),
        "it is not an SQLite database; it was left as it is"
      ),
    ])
  func sentence(reason: StoreError.Reason, why: String) {
    #expect("\(StoreError("open the store", "/s", reason))" == "cannot open the store '/s': \(why)")
  }
}
