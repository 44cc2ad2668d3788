import ArgumentParser
import Catalog
import DockerBench
import DockerEngine
import HardeningModel
import HostFacts

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@main
enum Entry {
  static func main() async {
    if let status = DockerWitness.standIn() { exit(status) }
    // A reader that goes away is told by the write that fails.
    signal(SIGPIPE, SIG_IGN)
    // Another processor can do that while this one reads the arguments.
    if let endpoint = SourceOptions.likelyEndpoint(CommandLine.arguments) {
      HostReader.prepare(endpoint)
    }
    do {
      var command =
        isDockerBench
        ? try DockerBenchCommand.parsed(Array(CommandLine.arguments.dropFirst()))
        : try Dockward.parsed()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let failure as Failure {
      Terminal.complain("\(failure)")
      exit(isDockerBench ? 1 : failure.status.rawValue)
    } catch {
      let type: any ParsableArguments.Type = isDockerBench ? DockerBenchCommand.self : Dockward.self
      let message = type.fullMessage(for: error)
      guard type.exitCode(for: error) != .success else {
        print(message)
        exit(0)
      }
      if let status = error as? ExitCode { exit(status.rawValue) }
      for line in message.split(separator: "\n") { Terminal.say(Printable.text(line)) }
      exit(isDockerBench ? 1 : Failure.Status.usage.rawValue)
    }
  }

  /// Whether this is docker-bench, by the name that it was called.
  private static let isDockerBench =
    CommandLine.arguments.first?.split(separator: "/").last.map(String.init)
    == DockerBenchCommand.name
}

/// Why a command ended without doing what it was asked.
struct Failure: Error, CustomStringConvertible {
  enum Status: Int32 {
    /// Usage or configuration.
    case usage = 2
    /// The pass could not be completed.
    case incomplete = 3
    /// A remediation failed, was refused or was rolled back.
    case remediation = 4
  }

  var status: Status
  var description: String

  init(_ status: Status, _ error: some Error) {
    self.init(status, "\(error)")
  }

  init(_ status: Status, _ description: String) {
    self.status = status
    self.description = description
  }
}
