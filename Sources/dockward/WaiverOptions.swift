import ArgumentParser
import Catalog
import Documents
import HardeningModel
import Warden

/// Which file of waivers counts.
struct WaiverOptions: ParsableArguments {
  static let standardPath = "/etc/dockward/waivers.yaml"

  @Option(
    help: ArgumentHelp(
      "The file of waivers (default: \(WaiverOptions.standardPath), where it exists, for this host).",
      valueName: "file"))
  var waivers: String?

  var path: String { waivers ?? Self.standardPath }

  /// The waivers of the file that was named, which must exist, else of the standard one, where that
  /// exists and `isThisHost`: they were entered for this host. Throws a usage `Failure`.
  func load(_ configuration: Configuration, isThisHost: Bool = true) throws -> WaiverFile {
    do {
      if waivers == nil, try !isThisHost || TextFile.isAbsent(path) {
        return WaiverFile(file: path)
      }
      let bytes = try TextFile.read(path, limit: WaiverFile.sizeLimit, trust: .rootOnly)
      return try WaiverFile.parse(
        bytes, file: path, maximumDays: configuration.maximumWaiverDays)
    } catch {
      throw Failure(.usage, error)
    }
  }
}

extension WaiversInUse {
  /// Throws a usage `Failure` for a selector that names nothing.
  static func resolved(
    _ file: WaiverFile, by benchmark: Benchmark,
    of library: @autoclosure () throws -> BenchmarkLibrary
  ) throws -> WaiversInUse {
    do { return try WaiversInUse(file, by: benchmark, of: library()) } catch {
      throw Failure(.usage, error)
    }
  }

  /// Says which waivers have expired, and, after a pass over all that there is, which of the others
  /// match nothing. With `untold`, of those that have expired only these.
  func tell(of report: Report, isWhole: Bool, untold: [String]? = nil) {
    for (entry, waiver) in zip(file.entries, resolved) {
      let place = "\(file.file):\(entry.position.line):\(entry.position.column)"
      let name = "the waiver of \(waiver.waiver.scope)"
      switch waiver.waiver.state(on: today) {
      case .expired where untold?.contains(waiver.waiver.notice) == false: break
      case .expired:
        Terminal.complain("\(place): \(name) expired on \(waiver.waiver.until)")
      case .upcoming: break
      case .active, .endsSoon:
        if isWhole, report.use(of: waiver) == .none {
          Terminal.complain("\(place): \(name) matches nothing that fails")
        }
      }
    }
  }
}
