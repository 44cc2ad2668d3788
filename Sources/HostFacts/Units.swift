import Documents
import HardeningModel
import Systemd

/// Where a unit of systemd is defined.
struct UnitLocation: Equatable {
  /// The unit file first, then its drop-ins, in the order in which they count.
  var files: [String]
}

/// The search path of systemd.unit(5).
package enum UnitSearch {
  /// The strongest first.
  package static let directories = [
    "/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient",
    "/run/systemd/generator.early", "/etc/systemd/system", "/etc/systemd/system.attached",
    "/run/systemd/system", "/run/systemd/system.attached", "/run/systemd/generator",
    "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
    "/run/systemd/generator.late",
  ]
}

/// Where units are defined: asked of the running systemd, or looked for where systemd looks.
struct UnitFinder {
  private let root: HostRoot
  private var bus: SystemBus?

  /// `patience` is how long systemd may take for one answer.
  init(root: HostRoot, patience: Duration) {
    self.root = root
    bus = root.isThisHost ? SystemBus(patience: patience) : nil
  }

  func close() { bus?.close() }

  /// The places of the unit called `name`; absent where there is no such unit.
  mutating func location(of name: String) -> Reading<UnitLocation> {
    if let bus {
      if let answer = bus.location(of: name) { return answer }
      // Whoever did not answer once is not asked again.
      bus.close()
      self.bus = nil
    }
    return searched(name)
  }

  /// The variables that systemd gives to each service it starts; `nil` where it was not reached.
  func environment() -> [String]? { bus?.environment() }

  /// Whether the unit called `name` is active; absent where no systemd runs that could tell.
  func isActive(_ name: String) -> Reading<Bool> {
    guard let bus else { return .absent }
    guard let state = bus.activeState(of: name) else {
      return .unreadable("systemd did not say whether '\(name)' is active")
    }
    return .found(["active", "reloading", "activating"].contains(state))
  }

  private static let searchPath = UnitSearch.directories

  private func searched(_ name: String) -> Reading<UnitLocation> {
    var survey = FileSurvey(root)
    var fragment: String?
    for directory in Self.searchPath {
      let path = directory + "/" + name
      switch survey.look(at: path) {
      case .found:
        fragment = fragment ?? path
      case .unreadable(let reason): return .unreadable(reason)
      case .absent:
        // The file system of a host that does not run has no /dev/null for a masked unit to lead to.
        if (try? root.link(at: path)) == "/dev/null" { fragment = fragment ?? path }
      }
    }
    guard let fragment else { return .absent }
    // A drop-in of a stronger directory hides one of the same name in a weaker one; they count in
    // the order of their names. Those for all units of a type count before the unit's own.
    var dropIns: [String] = []
    let type = name.split(separator: ".").last.map(String.init) ?? ""
    for folder in ["\(type).d", "\(name).d"] {
      var paths: [String: String] = [:]
      for directory in Self.searchPath {
        do {
          for entry in try root.entries(of: "\(directory)/\(folder)")
          where entry.hasSuffix(".conf") && paths[entry] == nil {
            paths[entry] = "\(directory)/\(folder)/\(entry)"
          }
        } catch {
          if !error.isAbsence { return .unreadable(error.description) }
        }
      }
      dropIns += paths.sorted { $0.key < $1.key }.map(\.value)
    }
    return .found(UnitLocation(files: [fragment] + dropIns))
  }
}

extension SystemBus {
  /// What systemd says of a unit; `nil` where it did not answer. To ask for a unit's property loads the
  /// unit; one that does not exist has no file.
  func location(of name: String) -> Reading<UnitLocation>? {
    guard let unit = UnitObject(name), let fragment = text("FragmentPath", of: unit) else {
      return nil
    }
    guard !fragment.isEmpty else { return .absent }
    guard let dropIns = texts("DropInPaths", of: unit) else { return nil }
    return .found(UnitLocation(files: [fragment] + dropIns))
  }

  /// The state of a unit, e.g. `active`; `inactive` for one that does not exist.
  func activeState(of name: String) -> String? {
    UnitObject(name).flatMap { text("ActiveState", of: $0) }
  }
}
