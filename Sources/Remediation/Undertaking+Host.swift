import HardeningModel

extension Undertaking {
  /// Makes all of its changes; takes back those that were made where one cannot be.
  mutating func make(on host: HostAccess) async {
    var own: [any HostChange] = []
    do throws(RemediationError) {
      for change in changes.map(\.onHost) {
        switch try await change.state(on: host) {
        case .after: break
        case .before:
          own.append(change)
          try await change.apply(on: host)
        case .other(let what):
          throw .refused("it has changed since it was judged: \(what)")
        }
      }
      isMade = true
    } catch {
      var status = RemediationReport.Status.failed
      if case .refused = error { status = .refused }
      var reason = error.description
      // The last of them may have been made, and only not be on the disk for sure.
      for change in own.reversed() {
        do throws(RemediationError) {
          if try await change.state(on: host) == .after {
            try await change.revert(on: host, isForced: false)
          }
        } catch {
          status = .failed
          reason += "; and '\(change.action)' could not be taken back: \(error)"
        }
      }
      outcome = Outcome(status: status, reason: reason)
    }
  }

  /// Takes back all of its changes that the host has; `reason` says why.
  mutating func takeBack(
    on host: HostAccess, isForced: Bool = false, to status: RemediationReport.Status,
    because reason: String
  ) async {
    var failures: [String] = []
    for change in changes.reversed().map(\.onHost) {
      do throws(RemediationError) {
        switch try await change.state(on: host) {
        case .before: break
        case .after: try await change.revert(on: host, isForced: isForced)
        case .other(let what):
          guard isForced else { throw .refused("it has changed since: \(what)") }
          try await change.revert(on: host, isForced: true)
        }
      } catch {
        failures.append("'\(change.action)' could not be taken back: \(error)")
        // What was done before it may be what it rests on.
        break
      }
    }
    isMade = false
    outcome =
      failures.isEmpty
      ? Outcome(status: status, reason: reason)
      : Outcome(
        status: .failed,
        reason: ([reason] + failures).filter { !$0.isEmpty }.joined(separator: "; "))
  }

  /// Which of its changes the host has; throws where it has something else than either.
  func states(on host: HostAccess) async throws(RemediationError) -> [ChangeState] {
    var states: [ChangeState] = []
    for change in changes { states.append(try await change.onHost.state(on: host)) }
    return states
  }
}
