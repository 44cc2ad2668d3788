/// One check of the catalog: what it is about, and the pure function that judges it.
package struct Check: Sendable {
  /// The permanent name, e.g. `file-docker-service-owner`.
  package let slug: String
  /// Which of the three attack surfaces it protects.
  package let surface: Surface
  /// The threats it stands against, never empty.
  package let stride: [Stride]
  package let explanation: Explanation
  package let remedy: Remedy
  /// The findings of one pass, one for each subject, in any order.
  package let evaluate: @Sendable (Context) -> [Finding]

  package init(
    slug: String, surface: Surface, stride: [Stride],
    explanation: Explanation, remedy: Remedy,
    evaluate: @escaping @Sendable (Context) -> [Finding]
  ) {
    precondition(!stride.isEmpty, "\(slug) names no threat")
    self.slug = slug
    self.surface = surface
    self.stride = stride
    self.explanation = explanation
    self.remedy = remedy
    self.evaluate = evaluate
  }
}

/// What a check is about, for people: one or two sentences each.
package struct Explanation: Sendable, Equatable {
  /// What is read, and where.
  package var reads: String
  /// When it passes, and when it is not simply pass or fail.
  package var passes: String
  /// What an attacker gains where it fails, and why that is a threat of these STRIDE categories on
  /// this surface.
  package var threat: String

  package init(reads: String, passes: String, threat: String) {
    self.reads = reads
    self.passes = passes
    self.threat = threat
  }
}

/// The side from which a Docker installation is attacked.
package enum Surface: String, Codable, Sendable, CaseIterable {
  case client, host, registry
}

/// The categories of the STRIDE threat model, by their initials.
package enum Stride: String, Codable, Sendable, CaseIterable {
  case spoofing = "S"
  case tampering = "T"
  case repudiation = "R"
  case informationDisclosure = "I"
  case denialOfService = "D"
  case elevationOfPrivilege = "E"
}
