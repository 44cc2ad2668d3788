import Catalog
import HardeningModel
import Journal
import Remediation
import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A host that is being changed: its store, and the lock that keeps others from changing it until `leave()`.
struct RemediationSite: Sendable {
  let remediator: Remediator
  private let lock: RemediationLock
  private let terms: Assessment.Terms
  private let directory: String

  /// How long another process may take with its remediation.
  private static let patience: Duration = .seconds(10)

  /// Makes the store where there is none. Throws a `Failure`.
  init(in directory: String, _ judge: ChosenChecks, by person: Person = .current()) throws {
    self.directory = directory
    let store = try Store.opened(in: directory, .creating)
    do {
      lock = try RemediationLock(in: directory, patience: Self.patience)
    } catch {
      throw Failure(.remediation, error)
    }
    let host = try judge.place.access()
    remediator = Remediator(
      host: host, store: store, by: person, effects: HostEffects(host)
    ) { try await judge.results(of: $0) }
    terms = judge.terms
  }

  func leave() { lock.release() }

  /// Finishes or takes back what was cut short, and says so; whether there was anything.
  func recover(mayRestart: Bool = true) async throws -> Bool {
    let recovered: [Remediator.Recovered]
    do { recovered = try await remediator.recover(mayRestart: mayRestart) } catch {
      throw Failure(.incomplete, error)
    }
    for one in recovered {
      if one.slug.isEmpty {
        Terminal.complain(
          "remediation \(one.transaction) was cut short, and stays as it is: \(one.reason)")
        continue
      }
      let number = terms.benchmark.entries.first { $0.slug == one.slug }?.id ?? one.slug
      tell(
        RemediationReport(
          transaction: one.transaction,
          results: [
            RemediationReport.Result(
              id: number, slug: one.slug, title: "", subject: one.subject, status: one.status,
              reason: ["it was cut short", one.reason].filter { !$0.isEmpty }
                .joined(separator: ": "))
          ]))
      let what = "remediation \(one.transaction) was cut short: \(number) \(one.subject)"
      Terminal.complain(
        "\(what): \(one.status.rawValue)\(one.reason.isEmpty ? "" : ": \(one.reason)")")
    }
    return recovered.contains { !$0.slug.isEmpty }
  }

  /// Tells the journal what was changed, or refused to be. What was right already is no news.
  func tell(_ report: RemediationReport) {
    var report = report
    report.results.removeAll { $0.status == .alreadyCompliant }
    if report.results.isEmpty { return }
    HostJournal.tell(
      JournalEvents(terms.benchmark).remediation(report, by: "\(remediator.by)"),
      about: directory)
  }

  /// Throws a `Failure` where this process may not change the host.
  static func requireRoot() throws {
    guard geteuid() == 0 else {
      throw Failure(
        .remediation, "cannot change this host: only root may; --dry-run shows the plan")
    }
  }
}
