import ArgumentParser
import Catalog
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
    // A reader that goes away is told by the write that fails.
    signal(SIGPIPE, SIG_IGN)
    // Another processor can do that while this one reads the arguments.
    if let endpoint = SourceOptions.likelyEndpoint(CommandLine.arguments) {
      HostReader.prepare(endpoint)
    }
    do {
      var command = try Dockward.parsed()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let failure as Failure {
      Terminal.complain("\(failure)")
      exit(failure.status.rawValue)
    } catch {
      let message = Dockward.fullMessage(for: error)
      guard Dockward.exitCode(for: error) != .success else {
        print(message)
        exit(0)
      }
      if let status = error as? ExitCode { exit(status.rawValue) }
      for line in message.split(separator: "\n") { Terminal.say(Printable.text(line)) }
      exit(Failure.Status.usage.rawValue)
    }
  }
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
