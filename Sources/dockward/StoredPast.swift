import FoundationEssentials
import HardeningModel
import Reporting
import Store

/// The store of this host as `status` and `history` read it.
enum StoredPast {
  /// Opens it for reading; throws a `Failure` that says how there comes to be one, where there is none.
  static func open(_ directory: String) throws -> Store {
    do {
      return try Store(in: directory, .reading)
    } catch  where error.reason == .absent {
      throw Failure(
        .incomplete,
        "there is no store in '\(directory)', so that nothing is remembered of this host; 'dockward baseline accept' makes one"
      )
    } catch {
      throw Failure(.incomplete, error)
    }
  }
}

// What the store has, as it is told.

extension PassSummary {
  init(_ pass: RecordedPass) {
    self.init(
      scan: pass.scan, benchmark: pass.benchmark, partiality: pass.partiality,
      counts: [
        .pass: pass.counts.pass, .fail: pass.counts.fail, .manual: pass.counts.manual,
        .notApplicable: pass.counts.notApplicable, .unknown: pass.counts.unknown,
        .waived: pass.counts.waived,
      ], foundChange: pass.foundChange)
  }
}

extension BaselineSummary {
  init(_ baseline: Baseline) {
    self.init(
      generation: Int(baseline.generation), acceptedAt: baseline.acceptedAt.seconds,
      by: "\(baseline.by)", reason: baseline.reason, benchmark: baseline.posture.epoch.benchmark,
      importedFrom: baseline.importedFrom, scan: baseline.scan)
  }
}

extension RemediationSummary {
  init(_ remediation: Transaction) {
    self.init(
      id: remediation.id, kind: remediation.kind.rawValue, undoes: remediation.undoes,
      request: remediation.request, by: "\(remediation.by)",
      begunAt: remediation.begunAt.seconds, endedAt: remediation.endedAt?.seconds,
      steps: remediation.steps.map { step in
        Step(
          slug: step.slug, subject: step.subject, action: step.action,
          status: step.status.rawValue, reason: step.reason)
      })
  }
}

extension Date {
  /// Whole seconds since 1970.
  var seconds: Int { Int(timeIntervalSince1970.rounded(.down)) }
}
