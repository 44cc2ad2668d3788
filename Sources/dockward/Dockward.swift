import ArgumentParser

/// The command line. `dockward` alone is `dockward check`.
struct Dockward: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "dockward",
    abstract: "Keeps Docker hosts hardened: judges a host by the CIS Docker Benchmark.",
    version: version,
    subcommands: [
      Check.self, Remediate.self, Undo.self, BaselineCommand.self, Status.self, History.self,
      ListChecks.self, Explain.self,
      Waive.self, Daemon.self,
    ],
    defaultSubcommand: Check.self)

  /// The command that the arguments ask for.
  ///
  /// Most often that is `check`, and as that they are parsed first: on the way through the whole command
  /// line its options are set up three times. What it does not understand is not for it, or is wrong.
  static func parsed() throws -> any ParsableCommand {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if let selectors = Remediate.arguments(short: arguments) { return try parseAsRoot(selectors) }
    if let check = try? Check.parseAsRoot() as? Check { return check }
    return try parseAsRoot()
  }
}
