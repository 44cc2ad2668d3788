import Foundation
import Store
import Testing

@Suite("The ledger of remediations")
struct LedgerTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private let start = Date(timeIntervalSince1970: 1_767_323_045)

  @Test("has each step as it was last written, and knows what was cut short")
  func steps() throws {
    let store = try scratch.store()
    var remediation = Transaction(
      id: "t1", kind: .remediate, request: "3.1,3.2", by: .anna, begunAt: start)
    try store.begin(remediation)
    #expect(try store.unfinishedTransactions() == [remediation])
    var step = Transaction.Step(
      number: 1, slug: "file-docker-service-mode",
      subject: "file:/lib/systemd/system/docker.service",
      action: "chmod 0644", before: "mode 0666", undo: [0, 1, 255], begunAt: start)
    try store.write([step], of: "t1")
    remediation.steps = [step]
    #expect(try scratch.store(.reading).unfinishedTransactions() == [remediation])
    step.status = .pendingRestart
    step.after = "mode 0644\0"
    step.endedAt = start.addingTimeInterval(1)
    try store.write([step], of: "t1")
    try store.end("t1", at: start.addingTimeInterval(2))
    remediation.steps = [step]
    remediation.endedAt = start.addingTimeInterval(2)
    #expect(try store.transaction("t1") == remediation)
    #expect(try store.unfinishedTransactions().isEmpty)
    #expect(try store.transactionsAwaitingRestart() == [remediation])
    let undo = Transaction(
      id: "t2", kind: .undo, undoes: "t1", request: "", by: .anna,
      begunAt: start.addingTimeInterval(60))
    try store.begin(undo)
    #expect(try store.transactions() == [undo, remediation])
    #expect(try store.transactions(since: undo.begunAt) == [undo])
    #expect(try store.transaction("t3") == nil)
  }

  @Test("tells what was done about a check, and by whom")
  func about() throws {
    let store = try scratch.store()
    var service = Person.anna
    service.unit = "dockward-remediate@a.service"
    for (index, slugs) in [["a"], ["b"], ["b", "a"], []].enumerated() {
      var transaction = Transaction(
        id: "t\(index)", kind: .remediate, request: "a", by: index == 0 ? service : .anna,
        begunAt: start.addingTimeInterval(Double(index)))
      transaction.steps = slugs.enumerated().map { number, slug in
        Transaction.Step(
          number: number + 1, slug: slug, subject: "c", action: "d", begunAt: start)
      }
      try store.begin(transaction)
    }
    #expect(try store.transactions(about: ["a"]).map(\.id) == ["t2", "t0"])
    #expect(try store.transactions(about: ["a", "b"]).map(\.id) == ["t2", "t1", "t0"])
    #expect(try store.transactions(about: ["c"]) == [])
    #expect(try store.transactions(about: [] as [String]) == [])
    #expect(try store.transactions(about: ["a"]).map(\.by) == [.anna, service])
  }

  @Test("has no step, and no end, of what has not begun")
  func unknown() throws {
    let store = try scratch.store()
    let step = Transaction.Step(number: 1, slug: "a", subject: "b", action: "c", begunAt: start)
    #expect(storeError { try store.write([step], of: "none") } != nil)
    #expect(storeError { try store.end("none", at: start) }?.reason == .refused("it has not begun"))
    let remediation = Transaction(
      id: "t1", kind: .remediate, request: "", by: .anna, begunAt: start)
    try store.begin(remediation)
    #expect(storeError { try store.begin(remediation) } != nil)
    #expect(storeError { try scratch.store(.reading).begin(remediation) } != nil)
  }
}

@Suite("What people were told")
struct NoticeTests {
  @Test("is told once, and again after it was gone")
  func once() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    #expect(try store.untold(.waiverExpired, of: ["a", "b", "a"], at: .now) == ["a", "b"])
    #expect(try store.untold(.waiverExpired, of: ["a", "b"], at: .now) == [])
    #expect(try store.untold(.waiverUnused, of: ["a"], at: .now) == ["a"])
    #expect(try scratch.store().untold(.waiverExpired, of: ["b", "c\0"], at: .now) == ["c\0"])
    #expect(try store.told(.waiverExpired) == ["b", "c\0"])
    #expect(try store.untold(.waiverExpired, of: ["a", "b", "c\0"], at: .now) == ["a"])
  }
}
