import HardeningModel

/// What is to be done about each finding of the checks that were asked for.
package struct Plan: Sendable, Equatable {
  package struct Item: Sendable, Equatable {
    package var check: Report.Result
    package var finding: Finding
    package var decision: Decision
    /// What a person on this host does instead, as commands.
    package var steps: [String] = []

    package init(check: Report.Result, finding: Finding, decision: Decision) {
      self.check = check
      self.finding = finding
      self.decision = decision
    }
  }

  package enum Decision: Sendable, Equatable {
    /// There is nothing to do, for this reason where the check does not simply pass.
    case nothing(String)
    /// It is not done, for this reason.
    case refused(String)
    /// It could be done, and is not, for this reason.
    case heldBack(String)
    case planned(Intervention)
  }

  /// In the order in which it is done.
  package var items: [Item]

  package init(items: [Item]) { self.items = items }

  /// The places of the items in the order in which they are carried out: owners and modes come before
  /// contents, since a file whose contents are replaced is another one than was judged.
  var order: [Int] {
    let isOfAttributes = items.map { item in
      guard case .planned(let intervention) = item.decision else { return false }
      return intervention.changes.allSatisfy {
        if case .attributes = $0 { true } else { false }
      }
    }
    return items.indices.filter { isOfAttributes[$0] }
      + items.indices.filter { !isOfAttributes[$0] }
  }

  package var interventions: [Intervention] {
    items.compactMap {
      if case .planned(let intervention) = $0.decision { intervention } else { nil }
    }
  }
}

extension Plan {
  /// What becomes of `results`, in their order. `intervene` is asked of each finding that fails, one check
  /// after the other, and throws a `RemediationError` where nothing can be done.
  package init(
    for results: [Report.Result],
    intervene: (Report.Result, Finding) throws(RemediationError) -> Intervention?
  ) {
    items = results.flatMap { result in
      result.findings.map { finding in
        Item(
          check: result, finding: finding,
          decision: Self.decision(on: finding, of: result, intervene))
      }
    }
  }

  private static func decision(
    on finding: Finding, of result: Report.Result,
    _ intervene: (Report.Result, Finding) throws(RemediationError) -> Intervention?
  ) -> Decision {
    switch finding.verdict {
    case .pass: return .nothing("")
    case .notApplicable: return .nothing("not applicable: \(finding.reason)")
    case .waived:
      guard let waiver = result.waivers[finding.subject] else { return .refused("it is waived") }
      return .refused("it is waived until \(waiver.until) by \(waiver.who): \(waiver.reason)")
    case .manual: return .refused("a person has to judge it: \(finding.reason)")
    case .fail, .unknown:
      do throws(RemediationError) {
        if let intervention = try intervene(result, finding) {
          let isIdle = intervention.changes.isEmpty && intervention.effects.isEmpty
          return finding.verdict == .unknown && isIdle
            ? .nothing("it is configured, and in effect when that host starts")
            : .planned(intervention)
        }
      } catch {
        return .refused(error.description)
      }
      return finding.verdict == .unknown
        ? .refused("it is not known how it stands: \(finding.reason)")
        : .refused("it is mended by hand: \(result.remedy.advice)")
    }
  }
}

// What is known only once all is planned.
extension Plan {
  /// Gives what a person has to mend the commands for that.
  mutating func tell(_ steps: ManualSteps) {
    for index in items.indices
    where items[index].finding.verdict == .fail && items[index].check.remedy.kind == .assist {
      items[index].steps = steps.commands(for: items[index].finding, of: items[index].check)
    }
  }

  /// Leaves alone what is planned where `reason` gives one.
  package mutating func holdBack(_ reason: (Item) -> String?) {
    for index in items.indices {
      guard case .planned = items[index].decision, let reason = reason(items[index]) else {
        continue
      }
      items[index].decision = .heldBack(reason)
    }
  }

  private func isOfDaemon(_ item: Item) -> Bool {
    if case .configureDaemon = item.check.remedy.action { true } else { false }
  }

  /// Whether dockerd's configuration file is rewritten.
  var changesDaemon: Bool {
    items.contains { item in
      guard isOfDaemon(item), case .planned(let intervention) = item.decision else { return false }
      return !intervention.changes.isEmpty
    }
  }

  /// Has everything that needs a restart of dockerd say which containers that ends.
  mutating func tell(whatStops containers: [String]?) {
    let note: String
    switch containers {
    case nil: note = "which containers a restart of dockerd ends is not known"
    case []?: note = "a restart of dockerd ends no container"
    case let names?: note = "a restart of dockerd ends \(names.joined(separator: ", "))"
    }
    add(note) { $0.effects.contains(.dockerdRestart) }
  }

  mutating func tellOfDaemon(_ note: String) {
    let places = Set(items.indices.filter { isOfDaemon(items[$0]) })
    for index in places { change(index) { $0.notes.append(note) } }
  }

  mutating func refuseDaemon(_ reason: String) {
    for index in items.indices where isOfDaemon(items[index]) {
      if case .planned = items[index].decision { items[index].decision = .refused(reason) }
    }
  }

  private mutating func add(_ note: String, where isConcerned: (Intervention) -> Bool) {
    for index in items.indices {
      change(index) { if isConcerned($0) { $0.notes.append(note) } }
    }
  }

  private mutating func change(_ index: Int, _ body: (inout Intervention) -> Void) {
    guard case .planned(var intervention) = items[index].decision else { return }
    body(&intervention)
    items[index].decision = .planned(intervention)
  }

  /// What people should know before it is carried out, each sentence once, with the number of the first
  /// check that it is about.
  package var notes: [(number: String, text: String)] {
    var told: Set<String> = []
    return items.flatMap { item -> [(String, String)] in
      guard case .planned(let intervention) = item.decision else { return [] }
      return intervention.notes.filter { told.insert($0).inserted }.map {
        (item.check.entry.id, $0)
      }
    }
  }
}
