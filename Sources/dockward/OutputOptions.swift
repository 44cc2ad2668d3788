import ArgumentParser
import FoundationEssentials
import HardeningModel
import Reporting

/// How a report is printed, and where.
struct OutputOptions: ParsableArguments {
  // The values stand here in words, since ArgumentParser finds them by reflection at every start.
  enum Format: String, NamedValue {
    case text, json
    static let allValueStrings = ["text", "json"]
  }
  enum Colour: String, NamedValue {
    case auto, always, never
    static let allValueStrings = ["auto", "always", "never"]
  }

  @Option(
    name: .customLong("format"), help: "The form of the report. (values: text, json)",
    completion: .list(Format.allValueStrings))
  var formatName = "text"

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Write the report to this file.", valueName: "file"))
  var output: String?

  @Flag(help: "Print the evidence of what passes too.")
  var includeTestOutput = false

  @Flag(help: "Leave out the remediations.")
  var noRemediations = false

  @Option(
    name: .customLong("color"),
    help: "Colour the text (NO_COLOR is honoured by auto). (values: auto, always, never)",
    completion: .list(Colour.allValueStrings))
  var colourName = "auto"

  func validate() throws { _ = try (format(), colour()) }

  private func format() throws -> Format { try Format(named: formatName, option: "format") }
  private func colour() throws -> Colour { try Colour(named: colourName, option: "color") }

  /// Whether someone watches who would like to know how far the pass has come.
  var showsProgress: Bool {
    Terminal.isInteractive(.standardError) && Terminal.isInteractive(.standardOutput)
  }

  func write(_ report: Report) async throws {
    do {
      let bytes: [UInt8]
      switch try format() {
      case .json: bytes = await JSONReport.bytes(of: report)
      case .text:
        var text = TextReport()
        text.isColoured = try colour().isOn(toStandardOutput: output == nil)
        text.includesPassing = includeTestOutput
        text.includesRemediations = !noRemediations
        bytes = Array(text.text(of: report).utf8)
      }
      if let output {
        try OutputFile.write(bytes, to: output, mode: 0o644)
      } else {
        try Terminal.print(bytes)
      }
    } catch {
      throw Failure(.incomplete, error)
    }
  }
}

extension OutputOptions.Colour {
  /// Whether text is coloured that is written to standard output, or to a file.
  func isOn(toStandardOutput: Bool) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto:
      let environment = ProcessInfo.processInfo.environment
      return toStandardOutput && Terminal.isInteractive(.standardOutput)
        && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }
  }
}
