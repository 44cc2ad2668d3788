import HardeningModel

/// The specifiers of systemd.unit(5) in the values of a unit of the system's service manager.
struct UnitSpecifiers {
  /// The unit, e.g. `docker.service`.
  let unit: String
  let host: HostIdentity

  /// `text` with its specifiers resolved; throws for one whose value is not known here.
  func expand(_ text: String) throws(ReadFailure) -> String {
    guard text.contains("%") else { return text }
    var result = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      guard character == "%", let letter = rest.popFirst() else {
        result.append(character)
        continue
      }
      guard let value = value(of: letter) else {
        throw ReadFailure("cannot tell what the specifier '%\(letter)' in '\(unit)' stands for")
      }
      result += value
    }
    return result
  }

  private func value(of letter: Character) -> String? {
    let name = String(unit[..<(unit.lastIndex(of: ".") ?? unit.endIndex)])
    let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let prefix = String(parts[0])
    let instance = parts.count == 2 ? String(parts[1]) : ""
    switch letter {
    case "%": return "%"
    case "n": return unit
    case "N": return name
    case "p": return prefix
    case "i": return instance
    // Escapes (\x2d, and a dash for a slash) are resolved in these.
    case "P": return prefix.contains("\\") || prefix.contains("-") ? nil : prefix
    case "I": return instance.contains("\\") || instance.contains("-") ? nil : instance
    case "j": return prefix.split(separator: "-").last.map(String.init) ?? prefix
    case "t": return "/run"
    case "S": return "/var/lib"
    case "C": return "/var/cache"
    case "L": return "/var/log"
    case "E": return "/etc"
    case "T": return "/tmp"
    case "V": return "/var/tmp"
    // Of the service manager, whatever User= says.
    case "u", "g": return "root"
    case "U", "G": return "0"
    case "h": return "/root"
    case "H": return host.name.isEmpty ? nil : host.name
    case "l": return host.name.split(separator: ".").first.map(String.init)
    case "m": return host.machineID.isEmpty ? nil : host.machineID
    default: return nil
    }
  }
}
