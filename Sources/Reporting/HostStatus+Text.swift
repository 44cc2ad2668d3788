import Drift
import HardeningModel

extension HostStatus {
  /// The longest text from elsewhere that is printed in full; JSON has it whole.
  private static let limit = 240

  /// The status for people, ended by a newline.
  package var text: String {
    let parts = [
      ("Last pass", passLines), ("Baseline", baselineLines), ("Drift", driftLines),
      ("Waivers", waiverLines), ("Restarts", restartLines), ("Flapping", flappingLines),
    ]
    return parts.flatMap { label, lines in
      lines.enumerated().map { index, line in
        let start = index == 0 ? label : ""
        return start + String(repeating: " ", count: 11 - start.count) + line
      }
    }.joined(separator: "\n") + "\n"
  }

  private var passLines: [String] {
    guard let last else { return ["none is recorded yet; 'dockward check' records one"] }
    var lines = self.lines(of: last)
    if let partiality = last.partiality {
      lines.append("it did not see all of the host: \(Self.printed(partiality))")
      if let lastWhole {
        let whole = self.lines(of: lastWhole)
        lines.append("the last that did: \(whole[0])")
        lines += whole.dropFirst()
      } else {
        lines.append("no other did")
      }
    }
    return lines
  }

  private func lines(of pass: PassSummary) -> [String] {
    [
      "\(time(pass.startedAt)), of \(Self.printed(pass.scan.host)) by \(Self.printed(pass.benchmark))",
      pass.countsText,
    ]
  }

  private var baselineLines: [String] {
    switch baseline {
    case .none: return ["none; 'dockward baseline accept' accepts what is"]
    case .tampered(let why):
      return ["TAMPERED WITH: \(Self.printed(why))", "what is stored is not believed"]
    case .accepted(let baseline):
      var lines = [
        baseline.acceptance("\(time(baseline.acceptedAt)), ", printed: Self.printed)
      ]
      if let lastWhole, lastWhole.benchmark != baseline.benchmark {
        lines.append(
          "it was judged by \(Self.printed(baseline.benchmark)): only checks that both have are compared"
        )
      }
      return lines
    }
  }

  private var driftLines: [String] {
    guard let drift else {
      if case .accepted = baseline {
        return ["not known: no pass that saw all of the host is recorded"]
      }
      return ["not known: there is no baseline to compare with"]
    }
    let isPartial = last?.partiality != nil
    if drift.isEmpty {
      return [
        isPartial
          ? "none when all of the host was seen last" : "none: the host is as it was accepted"
      ]
    }
    return [
      "\(counted(drift.count, "change")) since the baseline"
        + (isPartial ? ", when all of the host was seen last" : "")
    ]
      + names.lines(of: drift).map { "  " + $0 }
  }

  private var waiverLines: [String] {
    let file = Self.printed(waiverFile)
    if waivers.isEmpty {
      return ["none has expired or ends within \(Waiver.soon) days ('\(file)')"]
    }
    let expired = waivers.count { $0.state(on: today) == .expired }
    let counts = [
      (expired, "expired"), (waivers.count - expired, "to end within \(Waiver.soon) days"),
    ]
    return [
      counts.filter { $0.0 > 0 }.map { "\($0) \($1)" }.joined(separator: ", ") + " ('\(file)')"
    ]
      + waivers.map { waiver in
        let days = waiver.until.days(since: today)
        let end =
          days < 0
          ? "expired on \(waiver.until), \(counted(-days, "day")) ago"
          : "ends on \(waiver.until), \(days == 0 ? "today" : "in \(counted(days, "day"))")"
        let subject =
          waiver.subject == Waiver.everySubject ? "every subject" : waiver.subject.pattern
        return
          "\(Self.printed(waiver.selector)) for \(Self.printed(subject)): \(end) (\(Self.printed(waiver.who)): \(Self.printed(waiver.reason)))"
      }
  }

  private var restartLines: [String] {
    if awaitingRestart.isEmpty { return ["no remediation waits for one"] }
    return awaitingRestart.flatMap { remediation in
      [remediation.text]
        + remediation.steps.filter { $0.status == "pendingRestart" }.map { step in
          "  \(names.name(of: step.slug)) on \(Self.printed(step.subject)): \(Self.printed(step.action))"
        }
    }
  }

  private var flappingLines: [String] {
    if flapping.isEmpty { return ["nothing"] }
    return flapping.map { one in
      ([one.slug.map { names.name(of: $0) }, Self.printed(one.subject)].compactMap { $0 })
        .joined(separator: "  ")
    }
  }

  private func time(_ seconds: Int) -> String {
    "\(Timestamp.rfc3339(seconds: seconds)), \(Age(seconds: now - seconds))"
  }

  private static func printed(_ text: String) -> String { Printable.text(text, limit: limit) }
}

/// How long ago something was, in the largest unit of which there are two.
struct Age: CustomStringConvertible {
  var seconds: Int

  var description: String {
    // Clocks that are set differ by a little.
    if seconds < -60 { return "which is to come by this host's clock" }
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute")]
    for (length, name) in units where seconds >= 2 * length {
      return "\(seconds / length) \(name)s ago"
    }
    return "\(counted(max(0, seconds), "second")) ago"
  }
}
