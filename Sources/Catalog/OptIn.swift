import Documents
import HardeningModel

/// What the service may mend by itself, and within what bounds.
package struct OptIn: Sendable, Equatable {
  /// As it is written; which checks that are depends on the benchmark.
  private var enabled: [Named] = []
  package var breaker = BreakerLimits.standard
  /// When dockerd may be restarted for it; never where there is none.
  package var maintenanceWindows: [MaintenanceWindow] = []

  package init() {}

  private struct Named: Sendable, Equatable {
    var selector: String
    var file: String
    var position: Position

    func error(_ reason: String) -> DocumentError {
      DocumentError(file: file, position: position, reason: reason)
    }
  }

  /// Whether it names any check.
  package var isEmpty: Bool { enabled.isEmpty }

  /// The slugs of the checks that it names, in the order of the benchmark. Of a section, those that dockward
  /// can mend.
  ///
  /// Throws for a name that the benchmark does not have, and for one of which dockward can mend nothing.
  package func checks(in benchmark: Benchmark) throws(DocumentError) -> [String] {
    var slugs: Set<String> = []
    for named in enabled {
      let chosen: Set<String>
      do {
        chosen = try Selector.slugs(named: named.selector, in: benchmark)
      } catch {
        throw named.error(error.description)
      }
      let mendable = chosen.filter { Catalog.bySlug[$0]?.remedy.kind == .auto }
      guard !mendable.isEmpty else {
        throw named.error(
          "'\(named.selector)' cannot be mended by the service: its remedy is a person's to apply")
      }
      slugs.formUnion(mendable)
    }
    return benchmark.entries.map(\.slug).filter(slugs.contains)
  }

  static let keys = ["enabled", "breaker", "allowRestart"]

  /// Of the members of `remediation`.
  init(_ members: [String: YAMLText]) throws(DocumentError) {
    self.init()
    if let names = members["enabled"] {
      enabled = try names.list { item throws(DocumentError) in
        Named(selector: try item.text(), file: item.file, position: item.position)
      }
    }
    if let limits = members["breaker"] {
      let limits = try limits.members(["repairs", "window"])
      if let repairs = try limits["repairs"]?.integer(in: 0...1000) { breaker.repairs = repairs }
      if let window = try limits["window"]?.timeSpan(upTo: 30) { breaker.window = window }
    }
    if let windows = members["allowRestart"] {
      maintenanceWindows = try windows.list { item throws(DocumentError) in
        let text = try item.text()
        do throws(MaintenanceWindow.Mistake) {
          return try MaintenanceWindow(text)
        } catch {
          throw item.error(error.description)
        }
      }
    }
  }
}
