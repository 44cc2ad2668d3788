import Foundation
import Store
import Testing

@Suite("Who does something")
struct PersonTests {
  @Test(
    "is named by /etc/passwd, and by the login that the kernel knows",
    arguments: [
      ("1000", Person(uid: geteuid(), name: "me", loginUID: 1000, loginName: "anna")),
      ("1000\n", Person(uid: geteuid(), name: "me", loginUID: 1000, loginName: "anna")),
      ("77", Person(uid: geteuid(), name: "me", loginUID: 77)),
      ("4294967295", Person(uid: geteuid(), name: "me")),
      ("", Person(uid: geteuid(), name: "me")),
      ("x", Person(uid: geteuid(), name: "me")),
    ])
  func current(loginUID: String, expected: Person) throws {
    let scratch = try Scratch()
    let accounts =
      "# no account\n:x:77::\nme:x:\(geteuid()):0::/root:\nanna:x:1000:100::/:\nx:1000\n"
    try accounts.write(toFile: "\(scratch.path)/passwd", atomically: false, encoding: .utf8)
    try loginUID.write(toFile: "\(scratch.path)/loginuid", atomically: false, encoding: .utf8)
    #expect(
      Person.current(
        loginUIDFile: "\(scratch.path)/loginuid", accounts: "\(scratch.path)/passwd") == expected)
  }

  @Test("is told by number where there is no name")
  func nameless() {
    #expect("\(Person(uid: 5, name: nil))" == "uid 5")
    #expect("\(Person(uid: 5, name: nil, loginUID: 6))" == "uid 5, logged in as uid 6")
    #expect("\(Person(uid: 5, name: "a", loginUID: 5, loginName: "a"))" == "a")
    #expect("\(Person(uid: 0, name: "root", unit: "a.service"))" == "the service")
    #expect(Person.current(loginUIDFile: "/none", accounts: "/none").name == nil)
  }
}
