import Catalog
import FoundationEssentials
import HardeningModel

/// The waivers of a pass.
package struct WaiversInUse: Sendable {
  package var file: WaiverFile
  /// One for each entry of the file.
  package var resolved: [ResolvedWaiver]
  package var today = Day.today

  /// Throws for a selector that names nothing.
  package init(
    _ file: WaiverFile, by benchmark: Benchmark,
    of library: @autoclosure () throws -> BenchmarkLibrary
  )
    throws
  {
    self.file = file
    resolved = file.entries.isEmpty ? [] : try file.resolved(by: benchmark, library: library())
  }

  /// Whether they waive the same.
  func isAlike(_ other: WaiversInUse?) -> Bool {
    resolved == other?.resolved && today == other?.today
  }

  /// Those that have expired.
  package var expired: [String] {
    resolved.map(\.waiver).filter { $0.state(on: today) == .expired }.map(\.notice)
  }
}

extension Waiver {
  /// The name by which it is remembered that its end was told; one that is entered anew for longer has
  /// another.
  package var notice: String {
    "\(scope)\(benchmark.map { " (\($0))" } ?? "") until \(until)"
  }
}

extension Day {
  /// In UTC.
  package static var today: Day {
    Day(secondsSince1970: Int(Date.now.timeIntervalSince1970.rounded(.down)))
  }
}
