import Catalog
import FoundationEssentials
import HardeningModel
import Remediation
import Store

/// The service's right to mend a check by itself, and its bounds.
struct OptedIn {
  let slug: String
  /// Whether dockerd may be restarted now.
  let mayRestart: Bool
  private let breaker: Breaker

  /// Throws a usage `Failure` for anything but one check that the configuration has opted into.
  init(
    _ selectors: [String], _ configuration: Configuration, in benchmark: Benchmark, now: Date
  ) throws {
    guard let selector = selectors.first, selectors.count == 1, !selector.contains(",") else {
      throw Failure(.usage, "--opted-in takes one check")
    }
    let slugs: Set<String>
    let enabled: [String]
    do {
      slugs = try Selector.slugs(named: selector, in: benchmark)
      enabled = try configuration.optIn.checks(in: benchmark)
    } catch {
      throw Failure(.usage, error)
    }
    guard let slug = slugs.first, slugs.count == 1 else {
      throw Failure(.usage, "--opted-in takes one check, and '\(selector)' names \(slugs.count)")
    }
    guard enabled.contains(slug) else {
      throw Failure(
        .usage,
        "the service may not mend '\(slug)': it is not in remediation.enabled of the configuration")
    }
    self.slug = slug
    breaker = Breaker(configuration.optIn.breaker)
    mayRestart =
      LocalTime(of: now).map(configuration.optIn.maintenanceWindows.contain) ?? false
  }

  /// As whom it is recorded.
  var person: Person {
    var person = Person.current()
    person.unit = "dockward-remediate@\(slug).service"
    return person
  }

  /// Takes out of `plan` what the service is not to mend any more. Throws a `Failure` where the ledger does
  /// not tell.
  func holdBack(_ plan: inout Plan, by store: Store, now: Date) throws {
    let past: [Transaction]
    do { past = try store.transactions(about: [slug]) } catch { throw Failure(.incomplete, error) }
    plan.holdBack { item in
      breaker.state(
        of: item.check.entry.slug, subject: item.finding.subject.description, in: past, at: now
      ).reason(number: item.check.entry.id)
    }
  }
}
