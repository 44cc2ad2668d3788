import Catalog
import Documents
import FoundationEssentials
import HardeningModel
import Testing

/// The configuration file that is shipped: every key with what it means and its default, commented
/// out.
@Suite("Shipped configuration")
struct ShippedConfigurationTests {
  private static func lines() throws -> [Substring] {
    let file = Repository.root.appending(path: "etc/dockward/dockward.yaml")
    return String(decoding: try Data(contentsOf: file), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  private static func parse(_ lines: some Sequence<Substring>) throws -> Configuration {
    let text = lines.joined(separator: "\n") + "\n"
    return try Configuration.parse(Array(text.utf8), file: "dockward.yaml")
  }

  /// A line that is YAML commented out begins with `#` and no blank, or goes on a list or mapping.
  private static func uncommented(_ line: Substring) -> Substring? {
    guard line.hasPrefix("#") else { return nil }
    let rest = line.dropFirst()
    let isKey = rest.prefix { $0.isLetter || $0.isNumber }.count > 0
    return isKey || rest.hasPrefix("  ") ? rest : nil
  }

  /// The lines of each key, with the comment above it.
  private static func blocks() throws -> [String: (comment: String, lines: [Substring])] {
    var blocks: [String: (comment: String, lines: [Substring])] = [:]
    var comment = ""
    var key: String?
    for line in try lines() {
      guard let yaml = uncommented(line) else {
        comment = line.hasPrefix("# ") ? comment + line.dropFirst(1) : ""
        key = nil
        continue
      }
      if !yaml.hasPrefix(" ") {
        let name = String(yaml.prefix { $0 != ":" })
        key = name
        #expect(blocks[name] == nil, "\(name) is there twice")
        blocks[name] = (comment, [])
      }
      if let key { blocks[key]?.lines.append(yaml) }
    }
    return blocks
  }

  @Test("changes nothing")
  func asItStands() throws {
    #expect(try Self.parse(Self.lines()) == Configuration())
  }

  @Test("has each key there is, and no other")
  func keys() throws {
    #expect(try Self.blocks().keys.sorted() == Configuration.keys.sorted())
  }

  /// A key that has no default shows an example, and its comment says so.
  @Test("shows the default of each key, and says what it means", arguments: Configuration.keys)
  func key(_ key: String) throws {
    let block = try #require(try Self.blocks()[key])
    #expect(block.comment.count > 40, "'\(block.comment)'")
    let configuration = try Self.parse(block.lines)
    if block.comment.lowercased().contains("no default") {
      #expect(configuration != Configuration())
    } else {
      #expect(configuration == Configuration())
    }
  }
}
