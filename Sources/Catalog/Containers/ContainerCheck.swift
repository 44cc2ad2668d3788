import HardeningModel

/// One container as an evaluator sees it, with what it needs to know around it.
struct ContainerView {
  /// As findings have it.
  let name: String
  let inspected: JudgedContainer.Inspected
  let context: Context

  var container: Container { inspected.container }
  var hostConfig: Container.HostConfig { container.hostConfig }
  var snapshot: HostSnapshot { context.snapshot }

  /// Its first process, as the kernel has it; `nil` when it does not run, throws when it runs and
  /// cannot be read.
  func firstProcess() throws -> FirstProcess? {
    guard try container.isRunning() else { return nil }
    switch snapshot.processes[container.id]?.first ?? .unreadable("its processes were not read") {
    case .found(let process): return process
    case .absent: throw CannotTell("its first process ended while it was read")
    case .unreadable(let reason): throw CannotTell(reason)
    }
  }
}

extension ContainerView {
  /// What was observed, with the container's state where that is not simply running.
  fileprivate func withState(_ observed: String) -> String {
    guard let state = container.state.status.value, state != "running", !observed.isEmpty else {
      return observed
    }
    return "\(observed); \(state)"
  }
}

/// What an evaluator thinks of one container.
struct Opinion {
  var verdict: Verdict
  var observed: String
  var reason = ""
  var source = ContainerChecks.inspection
  /// What counts of it when passes are compared.
  var compared = Compared.observed

  static func pass(_ observed: String) -> Opinion { Opinion(verdict: .pass, observed: observed) }
  static func fail(_ observed: String) -> Opinion { Opinion(verdict: .fail, observed: observed) }
  static func manual(_ observed: String) -> Opinion {
    Opinion(verdict: .manual, observed: observed)
  }

  static func notApplicable(_ reason: String) -> Opinion {
    Opinion(verdict: .notApplicable, observed: "", reason: reason)
  }

  /// Fails when `condition` holds.
  static func fail(if condition: Bool, _ observed: String) -> Opinion {
    condition ? .fail(observed) : .pass(observed)
  }

  func because(_ reason: String) -> Opinion {
    var opinion = self
    opinion.reason = reason
    return opinion
  }

  /// When passes are compared, this counts in place of what was observed.
  func comparing(_ compared: Compared) -> Opinion {
    var opinion = self
    opinion.compared = compared
    return opinion
  }

  func from(_ source: String) -> Opinion {
    var opinion = self
    opinion.source = source
    return opinion
  }
}

extension Check {
  /// A check with one finding for each container in the scope.
  static func ofContainers(
    _ slug: String, stride: [Stride], surface: Surface = .host,
    explanation: Explanation, remedy: Remedy,
    expected: String,
    judge: @escaping @Sendable (ContainerView) throws -> Opinion
  ) -> Check {
    Check(
      slug: slug, surface: surface, stride: stride, explanation: explanation, remedy: remedy
    ) { context in
      context.containerFindings { view in
        let opinion = try judge(view)
        return Finding(
          subject: .container(view.name), verdict: opinion.verdict,
          observed: view.withState(opinion.observed), expected: expected, source: opinion.source,
          reason: opinion.reason,
          // Whether it runs changes by itself.
          compared: opinion.compared == .observed ? .text(opinion.observed) : opinion.compared)
      }
    }
  }
}

extension Context {
  /// A finding for each container in the scope; one of the daemon when there are none to be seen.
  /// What `judge` throws makes the finding unknown.
  func containerFindings(_ judge: (ContainerView) throws -> Finding) -> [Finding] {
    let judged: [JudgedContainer]
    switch containers {
    case .found(let found): judged = found
    case .absent: return [unread("the containers were not read")]
    case .unreadable(let reason): return [unread(reason)]
    }
    if judged.isEmpty {
      let reason =
        snapshot.containers.value?.isEmpty ?? true
        ? "there are no containers" : "no container matches"
      return [
        Finding(
          subject: .daemon, verdict: .notApplicable, source: "GET /containers/json", reason: reason)
      ]
    }
    return judged.map { judged in
      switch judged.inspection {
      case .absent: return unknown(.container(judged.name), "it was not inspected")
      case .unreadable(let reason): return unknown(.container(judged.name), reason)
      case .found(let inspected):
        do {
          return try judge(ContainerView(name: judged.name, inspected: inspected, context: self))
        } catch let error as TellsWhenItRuns {
          var finding = unknown(.container(judged.name), error.description)
          finding.compared = .nothing
          return finding
        } catch {
          return unknown(.container(judged.name), "\(error)")
        }
      }
    }
  }

  /// No container could be seen at all.
  private func unread(_ reason: String) -> Finding {
    Finding(subject: .daemon, verdict: .unknown, reason: reason)
  }

  private func unknown(_ subject: Subject, _ reason: String) -> Finding {
    Finding(
      subject: subject, verdict: .unknown, source: ContainerChecks.inspection, reason: reason)
  }
}

/// Section 5: how containers are run.
enum ContainerChecks {
  static let inspection = "GET /containers/{id}/json"

  static let all: [Check] =
    confinement + privileges + namespaces + mounts + ports + resources + runtime + processes + execs
}
