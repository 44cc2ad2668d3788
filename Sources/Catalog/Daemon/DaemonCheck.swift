import HardeningModel

/// The daemon as an evaluator sees it.
struct DaemonView {
  let context: Context
  /// What the Engine says of itself.
  let info: EngineInfo

  var snapshot: HostSnapshot { context.snapshot }
  var configuration: RunningConfiguration { RunningConfiguration(daemon: snapshot.daemon) }

  func securityOptions() throws -> [SecurityOption] { try snapshot.securityOptions() }
}

/// When a changed configuration takes effect.
enum TakesEffect: String {
  case reload = "is reloaded"
  case restart = "restarts"
}

extension Check {
  /// A check of the daemon as a whole, which passes or fails by what is in effect.
  ///
  /// `planned` says whether settings are as the check asks. It is asked of those that a dockerd would
  /// have that is started now, so that a finding can say where these differ from what is in effect.
  static func ofDaemon(
    _ slug: String, surface: Surface = .host, stride: [Stride], explanation: Explanation,
    remedy: Remedy, expected: String, takesEffect: TakesEffect = .restart,
    planned: (@Sendable (DaemonSettings, Context) -> Bool)? = nil,
    judge: @escaping @Sendable (DaemonView) throws -> Opinion
  ) -> Check {
    Check(
      slug: slug, surface: surface, stride: stride, explanation: explanation, remedy: remedy
    ) { context in
      var finding = Finding(subject: .daemon, verdict: .unknown, expected: expected)
      do {
        let view = DaemonView(context: context, info: try context.snapshot.engineInfo())
        let opinion = try judge(view)
        finding.verdict = opinion.verdict
        finding.observed = opinion.observed
        finding.source = opinion.source
        finding.reason = opinion.reason
        finding.compared = opinion.compared
        if let planned {
          let note = context.difference(from: opinion.verdict, planned, takesEffect)
          finding.reason = [opinion.reason, note].filter { !$0.isEmpty }.joined(separator: "; ")
        }
      } catch {
        finding.reason = "\(error)"
      }
      return [finding]
    }
  }
}

extension Context {
  /// How what is configured differs from a verdict on what is in effect; empty where it does not, or
  /// where there is nothing to compare.
  fileprivate func difference(
    from verdict: Verdict, _ isGood: (DaemonSettings, Context) -> Bool, _ takesEffect: TakesEffect
  ) -> String {
    guard verdict == .pass || verdict == .fail else { return "" }
    switch snapshot.daemon.planned {
    case .absent: return ""
    case .unreadable(let reason):
      return "what dockerd will do when it restarts is not known: \(reason)"
    case .found(let settings):
      let willBeGood = isGood(settings, self)
      if verdict == .fail, willBeGood {
        return "configured, but not in effect until dockerd \(takesEffect.rawValue)"
      }
      if verdict == .pass, !willBeGood {
        return "in effect, but not configured: lost when dockerd restarts"
      }
      return ""
    }
  }
}

extension Opinion {
  /// What the Engine says of itself.
  static let info = "GET /info"
}

/// Section 2: how the daemon is configured.
enum DaemonChecks {
  static let all: [Check] =
    isolation + network + registries + [tls] + resources + logging + operation
}
