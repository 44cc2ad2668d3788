import Documents
import HardeningModel

extension WaiverFile {
  /// The waivers with the checks that they name. `inUse` is the benchmark that is judged by, and
  /// `library` has the others.
  ///
  /// A name, or a glob over names, is one of the catalog, whatever the benchmark. A number is one of
  /// the benchmark that the waiver names, else of `inUse`; where only another benchmark has it, the
  /// waiver is about no check of this pass. Throws a `DocumentError` for what nothing is called.
  package func resolved(
    by inUse: Benchmark, library: BenchmarkLibrary
  ) throws(DocumentError) -> [ResolvedWaiver] {
    var resolved: [ResolvedWaiver] = []
    for entry in entries {
      do {
        let slugs = try Self.slugs(of: entry.waiver, by: inUse, library: library)
        resolved.append(ResolvedWaiver(waiver: entry.waiver, slugs: slugs))
      } catch {
        throw DocumentError(file: file, position: entry.position, reason: "\(error)")
      }
    }
    return resolved
  }

  /// The checks that a waiver names; throws where something in its selector names none.
  package static func slugs(
    of waiver: Waiver, by inUse: Benchmark, library: BenchmarkLibrary
  ) throws -> Set<String> {
    let benchmark =
      try waiver.benchmark.map { name in
        name == inUse.id ? inUse : try library.benchmark(named: name)
      } ?? inUse
    var slugs: Set<String> = []
    for part in waiver.selector.split(separator: ",", omittingEmptySubsequences: false) {
      let selector = String(part.trimmingSpace())
      if let named = Selector.slugs(named: selector), !named.isEmpty {
        slugs.formUnion(named)
        continue
      }
      // Not every pass has those of definitions files.
      if selector.hasPrefix(CustomChecks.prefix) {
        slugs.formUnion((try? Selector.slugs(named: selector, in: benchmark)) ?? [selector])
        continue
      }
      do throws(Selector.Unknown) {
        slugs.formUnion(try Selector.slugs(named: selector, in: benchmark))
      } catch {
        let isElsewhere =
          waiver.benchmark == nil
          && library.ids.contains { id in
            guard let other = try? library.benchmark(named: id) else { return false }
            return (try? Selector.slugs(named: selector, in: other)) != nil
          }
        if !isElsewhere { throw error }
      }
    }
    return slugs
  }
}

extension Selector {
  /// The slugs of the whole catalog that a slug or a glob over slugs names, perhaps none; `nil` for a
  /// number, a section, or one of their wildcards.
  static func slugs(named selector: String) -> Set<String>? {
    guard !isNumber(selector) else { return nil }
    if Catalog.bySlug[selector] != nil { return [selector] }
    guard selector.contains("*") else { return [] }
    let glob = Glob(selector)
    return Set(Catalog.bySlug.keys.filter(glob.matches))
  }

  /// Whether a list of selectors has numbers of a benchmark in it, which mean other checks in another.
  package static func hasNumbers(_ list: String) -> Bool {
    list.split(separator: ",").contains { isNumber(String($0.trimmingSpace())) }
  }

  private static func isNumber(_ selector: String) -> Bool { selector.first?.isNumber ?? false }
}
