import ArgumentParser

/// The command line. `dockward` alone is `dockward check`.
struct Dockward: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "dockward",
    abstract: "Keeps Docker hosts hardened: judges a host by the CIS Docker Benchmark.",
    version: version, subcommands: [Check.self, ListChecks.self, Explain.self, Waive.self],
    defaultSubcommand: Check.self)
}
