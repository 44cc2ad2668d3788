import ArgumentParser
import Warden

/// `dockward definitions`: for `dockward-definitions.service`.
struct RunDefinitions: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "definitions",
    abstract: "Run the audits of definitions files, and keep for passes what came of them.",
    discussion: """
      The service itself runs no programs. Exit status: 0 done, 2 usage or configuration error, 3 an audit could not \
      be run, or its outcome not be kept.
      """, shouldDisplay: false)

  @OptionGroup var state: StateOptions

  func run() async throws {
    let record = CustomRecord(try await CustomDefinitions.standard().judgements())
    do {
      let (path, bytes) = try record.file(in: state.state)
      try OutputFile.write(bytes, to: path, mode: 0o600)
    } catch {
      throw Failure(.incomplete, error)
    }
  }
}
