import Catalog
import FoundationEssentials
import HardeningModel
import Remediation
import Store
import Systemd

/// Has mended what the configuration opts into, each check by a unit of its own, which may write where the
/// service itself may not.
struct Mender {
  let store: Store

  /// What was done about what a pass has found.
  struct Outcome {
    /// What is left alone and was not told yet.
    var heldBack: [HeldBack] = []
    /// Whether the unit of a check still runs that would have to be started again.
    var isBusy = false
    /// Why something could not be started.
    var failure: String?
  }

  private struct Failure: Error, CustomStringConvertible { var description: String }

  /// How long systemd may take for one answer.
  private static let patience: Duration = .seconds(2)

  /// Chooses, by what `pass` has found and the ledger tells, and has systemd start what is chosen.
  func mend(_ pass: HostPass, _ settings: Settings) -> Outcome {
    var outcome = Outcome()
    let optIn = settings.configuration.optIn
    let now = Date.now
    do {
      let choice = OptInChoice(
        for: pass.report, enabled: settings.enabled, breaker: Breaker(optIn.breaker),
        past: try store.transactions(about: settings.enabled),
        mayRestart: LocalTime(of: now).map(optIn.maintenanceWindows.contain) ?? false,
        hasReadConfiguration: pass.snapshot.daemon.configurationIsAsRead, at: now)
      let untold = Set(
        try store.untold(.heldBack, of: choice.heldBack.map(\.notice), at: now))
      outcome.heldBack = choice.heldBack.filter { untold.contains($0.notice) }
      outcome.isBusy = try !start(choice.checks)
    } catch {
      outcome.failure = "\(error)"
    }
    return outcome
  }

  /// Whether all of them could be started.
  private func start(_ slugs: [String]) throws -> Bool {
    guard !slugs.isEmpty else { return true }
    guard let bus = SystemBus(patience: Self.patience) else {
      throw Failure(description: "cannot have anything mended: systemd does not answer")
    }
    defer { bus.close() }
    var haveAllStarted = true
    for slug in slugs {
      let unit = "dockward-remediate@\(slug).service"
      do {
        haveAllStarted = try bus.start(unit) && haveAllStarted
      } catch {
        throw Failure(description: "cannot start '\(unit)': \(error)")
      }
    }
    return haveAllStarted
  }
}
