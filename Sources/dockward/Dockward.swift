import ArgumentParser

/// The command line. `dockward` alone is `dockward check`.
struct Dockward: AsyncParsableCommand {
  static let version = "0.1.0"
  /// What commands that are parsed by themselves stand behind. With that the parser does not look whether they
  /// ask for a completion script, for which it would parse two other commands.
  static let name = "dockward"

  static let configuration = CommandConfiguration(
    commandName: name,
    abstract: "Keeps Docker hosts hardened: judges a host by the CIS Docker Benchmark.",
    version: version,
    subcommands: [
      Check.self, Remediate.self, Undo.self, BaselineCommand.self, Status.self, History.self,
      ListChecks.self, Explain.self, Waive.self, Daemon.self, WalkLayers.self,
      RunDefinitions.self,
    ],
    defaultSubcommand: Check.self)

  /// The command that the arguments ask for.
  ///
  /// Most often that is `check`, or else `remediate`, and as these they are parsed first: on the way through
  /// the whole command line their options are set up three times. What is not understood so is for others, or
  /// is wrong.
  static func parsed() throws -> any ParsableCommand {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if let selectors = Remediate.arguments(short: arguments) ?? remediation(arguments) {
      if let remediate = try? Remediate.parseAsRoot(selectors) as? Remediate { return remediate }
      return try parseAsRoot(["remediate"] + selectors)
    }
    if let check = try? Check.parseAsRoot() as? Check { return check }
    return try parseAsRoot()
  }

  private static func remediation(_ arguments: [String]) -> [String]? {
    arguments.first == Remediate.configuration.commandName ? Array(arguments.dropFirst()) : nil
  }
}
