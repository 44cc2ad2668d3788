import Documents
import HardeningModel

/// dockerd's configuration file, `daemon.json`.
enum DaemonConfigurationFile {
  /// The settings in `bytes`; throws with line and column where it is not JSON, or a key that is
  /// used here has a value that dockerd would refuse too.
  static func settings(from bytes: [UInt8], file: String) throws(DocumentError) -> DaemonSettings {
    // dockerd takes an empty file for an empty object.
    if bytes.allSatisfy({ [0x20, 0x0A, 0x0D, 0x09].contains($0) }) { return DaemonSettings() }
    let text = try JSONText(parsing: bytes, file: file)
    guard case .object(let members) = text.root.content else {
      throw text.error(at: text.root.offset, "expected an object")
    }
    var settings = DaemonSettings()
    for member in members {
      switch member.key {
      case "hosts": settings.hosts = try text.list(member)
      case "group": settings.group = try text.text(member)
      case "containerd": settings.containerd = try text.text(member)
      case "exec-root": settings.execRoot = try text.text(member)
      case "pidfile": settings.pidFile = try text.text(member)
      case "tls": settings.tls = try text.bool(member)
      case "tlsverify": settings.tlsVerify = try text.bool(member)
      case "tlscacert": settings.tlsCA = try text.text(member)
      case "tlscert": settings.tlsCertificate = try text.text(member)
      case "tlskey": settings.tlsKey = try text.text(member)
      case "no-new-privileges": settings.noNewPrivileges = try text.bool(member)
      default: break
      }
    }
    return settings
  }
}

extension JSONText {
  /// The text of a member; an empty one says nothing, for dockerd as well.
  fileprivate func text(_ member: Member) throws(DocumentError) -> String? {
    switch member.value.content {
    case .null: return nil
    case .text(let text): return text.isEmpty ? nil : text
    default: throw error(at: member.value.offset, "'\(member.key)' is not a text")
    }
  }

  fileprivate func bool(_ member: Member) throws(DocumentError) -> Bool? {
    switch member.value.content {
    case .null: return nil
    case .bool(let value): return value
    default: throw error(at: member.value.offset, "'\(member.key)' is neither true nor false")
    }
  }

  fileprivate func list(_ member: Member) throws(DocumentError) -> [String]? {
    if case .null = member.value.content { return nil }
    guard case .list(let elements) = member.value.content else {
      throw error(at: member.value.offset, "'\(member.key)' is not a list")
    }
    var texts: [String] = []
    for element in elements {
      guard case .text(let text) = element.content else {
        throw error(at: element.offset, "'\(member.key)' holds something that is not a text")
      }
      texts.append(text)
    }
    return texts
  }
}
