import Documents
import HardeningModel

/// dockerd's configuration file, `daemon.json`, read as dockerd reads it: of a key that stands twice
/// the last one counts, a byte-order mark is no fault, and neither is an empty file.
///
/// dockerd 20.10 differs: it refuses the mark and the empty file, and does not look at what follows
/// the value. That stays an error here, since every later dockerd refuses it.
package enum DaemonConfigurationFile {
  /// The settings in `bytes`; throws with line and column where it is not JSON, or a key that is
  /// used here has a value that dockerd would refuse too.
  package static func settings(from bytes: [UInt8], file: String) throws(DocumentError)
    -> DaemonSettings
  {
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    if bytes.allSatisfy({ [0x20, 0x0A, 0x0D, 0x09].contains($0) }) { return DaemonSettings() }
    let text = try JSONText(parsing: bytes, file: file, repeatedKeys: .kept)
    if case .null = text.root.content { return DaemonSettings() }
    guard case .object(let members) = text.root.content else {
      throw text.error(at: text.root.offset, "expected an object")
    }
    var settings = DaemonSettings()
    for member in members {
      guard let key = DaemonSettings.Key(rawValue: member.key) else {
        try text.expectNothingNested(member)
        continue
      }
      // Not even a value that stands before it is taken back by null.
      if case .null = member.value.content { continue }
      settings[key] = try text.value(key, member)
    }
    return settings
  }
}

extension JSONText {
  /// The value of a setting; an empty text says nothing, for dockerd as well.
  fileprivate func value(
    _ key: DaemonSettings.Key, _ member: Member
  ) throws(DocumentError) -> DaemonSettings.Value? {
    switch (key.kind, member.value.content) {
    case (.bool, .bool(let value)): return .bool(value)
    case (.bool, _):
      throw error(at: member.value.offset, "'\(member.key)' is neither true nor false")
    case (.text, .text(let text)): return text.isEmpty ? nil : .text(text)
    case (.text, _): throw error(at: member.value.offset, "'\(member.key)' is not a text")
    case (.list, .list(let elements)):
      var texts: [String] = []
      for element in elements {
        guard case .text(let text) = element.content else {
          throw error(at: element.offset, "'\(member.key)' holds something that is not a text")
        }
        texts.append(text)
      }
      return .list(texts)
    case (.list, _): throw error(at: member.value.offset, "'\(member.key)' is not a list")
    case (.map, .object(let options)):
      var texts: [String] = []
      for option in options {
        guard case .text(let value) = option.value.content else {
          throw error(at: option.value.offset, "'\(option.key)' is not a text")
        }
        texts.append(DaemonSettings.logOption(option.key, value))
      }
      return .list(texts)
    case (.limits, .object(let limits)):
      var texts: [String] = []
      for limit in limits { texts.append(try self.limit(limit)) }
      return .list(texts)
    case (.map, _), (.limits, _):
      throw error(at: member.value.offset, "'\(member.key)' is not an object")
    }
  }

  /// `{"Name": "nofile", "Soft": 1024, "Hard": 2048}` as `nofile=1024:2048`.
  private func limit(_ member: Member) throws(DocumentError) -> String {
    guard case .object(let parts) = member.value.content else {
      throw error(at: member.value.offset, "'\(member.key)' is not an object")
    }
    func number(_ name: String) -> String {
      // Go's decoder takes these names in any case.
      let part = parts.last { $0.key.lowercased() == name }
      if case .number(let text)? = part?.value.content { return text }
      return "0"
    }
    return "\(member.key)=\(number("soft")):\(number("hard"))"
  }

  /// The objects that dockerd takes as they are. Of any other it looks at the members as if they
  /// stood one level higher, and obeys some of them.
  private static let flatObjects: Set<String> = [
    "builder", "cluster-store-opts", "default-network-opts", "default-ulimits", "features",
    "log-opts", "runtimes",
  ]

  fileprivate func expectNothingNested(_ member: Member) throws(DocumentError) {
    guard case .object(let nested) = member.value.content, !Self.flatObjects.contains(member.key)
    else { return }
    for inner in nested where DaemonSettings.Key(rawValue: inner.key) != nil {
      throw error(
        at: inner.offset,
        "'\(inner.key)' stands within '\(member.key)', where dockerd may or may not obey it")
    }
  }
}
