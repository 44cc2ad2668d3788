import ArgumentParser
import Catalog
import Documents

/// The configuration file of this host.
enum ConfigurationFile {
  static let standardPath = "/etc/dockward/dockward.yaml"

  /// What the option says that names another one.
  static var help: ArgumentHelp {
    ArgumentHelp(
      "The configuration file (default: \(standardPath), where it exists).", valueName: "file")
  }

  /// The configuration in the file at `path`, which must exist; for `nil`, that at the standard path,
  /// or the defaults where nothing is there. Throws a usage `Failure`.
  static func load(_ path: String?) throws -> Configuration {
    do {
      if path == nil, try TextFile.isAbsent(standardPath) { return Configuration() }
      let path = path ?? standardPath
      let bytes = try TextFile.read(path, limit: 1 << 20, trust: .rootOnly)
      return try Configuration.parse(bytes, file: path)
    } catch {
      throw Failure(.usage, error)
    }
  }
}
