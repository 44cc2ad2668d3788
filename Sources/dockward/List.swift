import ArgumentParser
import Catalog
import Reporting

/// `dockward list`: the checks of the benchmark in use.
struct ListChecks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the checks of a benchmark; reads nothing of this host.",
    discussion: """
      ASSESSED is the benchmark's own word for how a recommendation is assessed. STRIDE has the \
      initials of the threats: spoofing, tampering, repudiation, information disclosure, denial of \
      service, elevation of privilege.
      """)

  @OptionGroup(title: "By which benchmark") var benchmark: BenchmarkOptions
  @OptionGroup(title: "Which checks are listed") var choice: ChoiceOptions

  @Option(help: "The form of the list.")
  var format: OutputOptions.Format = .text

  func run() throws {
    let (benchmark, slugs) = try choice.chosen(of: benchmark)
    let listing = CatalogListing(benchmark, selection: slugs, catalog: Catalog.bySlug)
    let bytes =
      switch format {
      case .text: Array(listing.text(width: Terminal.width).utf8)
      case .json: JSONCatalog.bytes(of: listing)
      }
    do { try Terminal.print(bytes) } catch { throw Failure(.incomplete, error) }
  }
}
