import ArgumentParser

/// Which checks are judged beside those of the catalog.
struct DefinitionsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Judge the checks of this definitions file too, or of those in this directory (default: those in \(CustomDefinitions.standardDirectory), for this host).",
      valueName: "file"))
  var definitions: [String] = []

  /// Those that were named, else those of the standard directory, where `isThisHost`. Throws a usage `Failure`.
  func load(isThisHost: Bool) throws -> CustomDefinitions {
    guard isThisHost else {
      guard definitions.isEmpty else {
        throw Failure(.usage, "--definitions runs audits on this host, and not on another one")
      }
      return CustomDefinitions()
    }
    return try definitions.isEmpty ? .standard() : CustomDefinitions(at: definitions)
  }
}
