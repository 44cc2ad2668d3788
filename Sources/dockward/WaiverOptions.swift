import ArgumentParser
import Catalog
import Documents
import FoundationEssentials
import HardeningModel

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

/// The waivers of a pass.
struct WaiversInUse {
  var file: WaiverFile
  /// One for each entry of the file.
  var resolved: [ResolvedWaiver]
  var today = Day.today

  /// Throws a usage `Failure` for a selector that names nothing.
  init(
    _ file: WaiverFile, by benchmark: Benchmark,
    of library: @autoclosure () throws -> BenchmarkLibrary
  )
    throws
  {
    self.file = file
    do {
      resolved = file.entries.isEmpty ? [] : try file.resolved(by: benchmark, library: library())
    } catch {
      throw Failure(.usage, error)
    }
  }

  /// Those that have expired, under names by which it is remembered that this was told.
  var expired: [String] {
    resolved.map(\.waiver).filter { $0.state(on: today) == .expired }.map(\.notice)
  }

  /// Those of the expired that are among `untold`.
  func expired(among untold: [String]) -> [Waiver] {
    resolved.map(\.waiver).filter {
      $0.state(on: today) == .expired && untold.contains($0.notice)
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

extension Waiver {
  /// One that is entered anew for longer has another.
  fileprivate var notice: String {
    "\(scope)\(benchmark.map { " (\($0))" } ?? "") until \(until)"
  }
}

extension Day {
  /// In UTC.
  static var today: Day {
    Day(secondsSince1970: Int(Date.now.timeIntervalSince1970.rounded(.down)))
  }
}
