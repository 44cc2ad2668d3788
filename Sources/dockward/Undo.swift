import ArgumentParser
import Catalog
import HardeningModel
import Remediation
import Store

/// `dockward undo`: takes back a remediation.
struct Undo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take back one remediation, exactly.",
    discussion: """
      Gives back what the remediation replaced: owners, modes, contents, rules and limits. What has changed \
      since is left alone, unless --force. 'dockward history --only remediations' lists what there is.

      Exit status: 0 done, 2 usage or configuration error, or there is nothing to take back, 3 the store \
      cannot be used, 4 something could not be taken back.
      """)

  @Argument(help: ArgumentHelp("Which one (default: the last).", valueName: "id"))
  var id: String?

  @Flag(help: "Take it back even where it has changed since.")
  var force = false

  @OptionGroup var options: RemediationOptions

  func run() async throws {
    try RemediationSite.requireRoot()
    let configuration = try ConfigurationFile.load(options.config)
    let directory = try options.place.stateDirectory()
    guard Store.exists(in: directory) else {
      throw Failure(.usage, "there is no remediation to take back: no store in '\(directory)'")
    }
    let terms: Assessment.Terms
    do {
      terms = Assessment.Terms(
        benchmark: try options.benchmark.benchmarkInUse(of: options.benchmark.library()),
        policy: configuration.policy)
    } catch {
      throw Failure(.usage, error)
    }
    let checks = ChosenChecks(terms: terms, waivers: nil, place: options.place)
    let site = try RemediationSite(in: directory, checks)
    defer { site.leave() }
    _ = try await site.recover()
    var report: RemediationReport
    do {
      report = try await site.remediator.undo(
        id, isForced: force, allowsRestart: options.allowRestart)
    } catch let error as RemediationError {
      throw Failure(.usage, error)
    } catch {
      throw Failure(.incomplete, error)
    }
    for index in report.results.indices {
      let slug = report.results[index].slug
      guard let entry = terms.benchmark.entries.first(where: { $0.slug == slug }) else { continue }
      report.results[index].id = entry.id
      report.results[index].title = entry.title
    }
    site.tell(report)
    try options.output.write(report)
    if report.hasFailed { throw ExitCode(Failure.Status.remediation.rawValue) }
  }
}
