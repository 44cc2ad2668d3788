import Documents

/// The text of a definitions file.
package enum DefinitionsFile {
  /// The largest file that is read.
  package static let sizeLimit = 4 << 20
  /// How deep groups may be nested.
  private static let depth = 16

  /// The definitions in `bytes`, with `variables` put in; `file` is what messages call it.
  ///
  /// Throws a `DocumentError` with line and column, in the file as it is, for invalid YAML, a missing or
  /// unknown key, operator, type or constraint, and a value that its operator cannot have.
  package static func parse(
    _ bytes: [UInt8], file: String, variables: Variables = Variables()
  ) throws(DocumentError) -> Definitions {
    // What is not UTF-8 is refused with its place when it is parsed.
    guard let original = String(validating: bytes, as: UTF8.self) else {
      _ = try YAMLText.parse(bytes, file: file)
      throw DocumentError(file: file, reason: "the file is not UTF-8")
    }
    let (text, origins) = variables.applied(to: original)
    do {
      return try definitions(Array(text.utf8), file: file)
    } catch {
      throw DocumentError(
        file: error.file, position: error.position.map(origins.original), reason: error.reason)
    }
  }

  private static func definitions(
    _ bytes: [UInt8], file: String
  ) throws(DocumentError) -> Definitions {
    guard let document = try YAMLText.parse(bytes, file: file), !document.isNull else {
      throw DocumentError(
        file: file, position: Position(line: 1, column: 1), reason: "the file is empty")
    }
    let members = try document.members(["controls", "id", "description", "text", "groups"])
    if let controls = members["controls"], !controls.isNull {
      throw controls.error("'controls' is to be empty; what belongs to it stands beside it")
    }
    guard let groups = members["groups"] else {
      throw document.error("the key 'groups' is missing here")
    }
    return Definitions(
      file: file, id: try members.text("id"), title: try members.title(),
      groups: try Self.groups(groups, in: nil, depth: 0))
  }

  private static func groups(
    _ list: YAMLText, in outer: Definitions.Kind?, depth: Int
  ) throws(DocumentError) -> [Definitions.Group] {
    guard depth < Self.depth else {
      throw list.error("groups are nested deeper than \(Self.depth)")
    }
    var groups: [Definitions.Group] = []
    for item in try list.itemsIfAny() {
      let members = try item.members([
        "id", "description", "text", "type", "constraints", "checks", "groups",
      ])
      let own = try members.kind()
      // What is skipped is so with all that is in it.
      let kind = outer == .skip ? .skip : own ?? outer
      var checks: [Definitions.Check] = []
      for item in try members["checks"]?.itemsIfAny() ?? [] {
        checks.append(try check(item, in: kind))
      }
      groups.append(
        Definitions.Group(
          id: try item.member("id", of: members), title: try members.title(),
          type: own?.rawValue ?? "",
          constraints: try members["constraints"].map(constraints) ?? Definitions.Constraints(),
          checks: checks,
          groups: try members["groups"].map { groups throws(DocumentError) in
            try Self.groups(groups, in: kind, depth: depth + 1)
          } ?? []))
    }
    return groups
  }

  /// A check of a group of this type.
  private static func check(
    _ item: YAMLText, in kind: Definitions.Kind?
  ) throws(DocumentError) -> Definitions.Check {
    let members = try item.members(checkKeys)
    var subchecks: [Definitions.Procedure]?
    if let list = members["sub_checks"], !list.isNull {
      var procedures: [Definitions.Procedure] = []
      for item in try list.items() {
        let outer = try item.members(["check"])
        guard let check = outer["check"] else {
          throw item.error("the key 'check' is missing here")
        }
        procedures.append(try Self.procedure(check.members(procedureKeys)))
      }
      subchecks = procedures
    }
    var procedure = try Self.procedure(members)
    procedure.type = kind == .skip ? .skip : procedure.type ?? kind
    return Definitions.Check(
      id: try item.member("id", of: members), title: try members.title(),
      isScored: try members["scored"]?.bool() ?? false,
      usesMultipleValues: try members["use_multiple_values"]?.bool() ?? false,
      procedure: procedure, subchecks: subchecks)
  }

  private static let procedureKeys = [
    "audit", "audit_type", "type", "tests", "remediation", "constraints",
  ]
  private static let checkKeys =
    procedureKeys.filter { $0 != "constraints" } + [
      "id", "description", "text", "scored", "use_multiple_values", "sub_checks",
    ]

  private static func procedure(
    _ members: [String: YAMLText]
  ) throws(DocumentError) -> Definitions.Procedure {
    if let type = members["audit_type"], !type.isNull, try !["", "audit"].contains(type.text()) {
      throw type.error(
        "'\(try type.text())' is no type of audit; there is 'audit', a shell's script")
    }
    return Definitions.Procedure(
      audit: try members.text("audit"), type: try members.kind(),
      tests: try members["tests"].flatMap { tests throws(DocumentError) in
        tests.isNull ? nil : try Self.tests(tests)
      },
      remediation: try members.text("remediation").trimmed,
      constraints: try members["constraints"].map(constraints) ?? Definitions.Constraints())
  }

  private static func constraints(_ node: YAMLText) throws(DocumentError) -> Definitions.Constraints
  {
    var constraints = Definitions.Constraints()
    guard !node.isNull else { return constraints }
    let members = try node.members(["docker-swarm"])
    for item in try members["docker-swarm"]?.itemsIfAny() ?? [] {
      constraints.swarm.append(try item.choice(Definitions.SwarmState.self))
    }
    return constraints
  }

  private static func tests(_ node: YAMLText) throws(DocumentError) -> Definitions.Tests {
    let members = try node.members(["bin_op", "test_items"])
    guard let list = members["test_items"] else {
      throw node.error("the key 'test_items' is missing here")
    }
    var items: [TestItem] = []
    for item in try list.items() { items.append(try testItem(item)) }
    guard !items.isEmpty else { throw list.error("there is nothing in it to test by") }
    return Definitions.Tests(
      binaryOperator: try members["bin_op"].flatMap { node throws(DocumentError) in
        node.isNull ? nil : try node.choice(Definitions.Tests.Operator.self)
      } ?? .and, items: items)
  }

  private static func testItem(_ node: YAMLText) throws(DocumentError) -> TestItem {
    let members = try node.members(["flag", "path", "set", "compare"])
    let item = TestItem(
      flag: try members.text("flag"), path: try members["path"].flatMap(path),
      isSet: try members["set"]?.bool() ?? true,
      comparison: try members["compare"].flatMap(comparison))
    if !item.flag.isEmpty, item.path != nil {
      throw node.error("it has both 'flag' and 'path'; only one says where the value is")
    }
    // It would hold whatever an audit says.
    if item.flag.isEmpty, item.path == nil, item.isSet, item.comparison == nil {
      throw node.error("one of 'flag', 'path' and 'compare' is missing here")
    }
    return item
  }

  private static func path(_ node: YAMLText) throws(DocumentError) -> JSONPath? {
    if node.isNull { return nil }
    let text = try node.text()
    if text.isEmpty { return nil }
    do { return try JSONPath(text) } catch { throw node.error("\(error)") }
  }

  private static func comparison(_ node: YAMLText) throws(DocumentError) -> Comparison? {
    if node.isNull { return nil }
    let members = try node.members(["op", "value"])
    guard let op = members["op"] else { throw node.error("the key 'op' is missing here") }
    let comparisonOperator = try op.choice(Comparison.Operator.self)
    do {
      return try Comparison(comparisonOperator, members.text("value"))
    } catch let error as DocumentError {
      throw error
    } catch {
      throw (members["value"] ?? node).error("\(error)")
    }
  }
}

extension YAMLText {
  /// The items of a list; none where nothing stands there.
  fileprivate func itemsIfAny() throws(DocumentError) -> [YAMLText] { isNull ? [] : try items() }

  /// The text of the member `key`, which must be there.
  fileprivate func member(
    _ key: String, of members: [String: YAMLText]
  ) throws(DocumentError) -> String {
    guard let member = members[key] else { throw error("the key '\(key)' is missing here") }
    return try member.text()
  }
}

extension [String: YAMLText] {
  /// The text of `key`; empty where it is missing or null.
  fileprivate func text(_ key: String) throws(DocumentError) -> String {
    guard let member = self[key], !member.isNull else { return "" }
    return try member.text()
  }

  /// `description`, which is also called `text`, in one line.
  fileprivate func title() throws(DocumentError) -> String {
    let title = try text(self["description"].map(\.isNull) == false ? "description" : "text")
    return title.split(whereSeparator: \.isNewline).joined(separator: " ").trimmed
  }

  fileprivate func kind() throws(DocumentError) -> Definitions.Kind? {
    guard let type = self["type"], !type.isNull, try !type.text().isEmpty else { return nil }
    return try type.choice(Definitions.Kind.self)
  }
}
