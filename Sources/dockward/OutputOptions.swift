import ArgumentParser
import FoundationEssentials
import HardeningModel
import Reporting

/// How a report is printed, and where.
struct OutputOptions: ParsableArguments {
  // The values stand here in words, since ArgumentParser finds them by reflection at every start.
  enum Format: String, ExpressibleByArgument {
    case text, json
    static let allValueStrings = ["text", "json"]
  }
  enum Colour: String, ExpressibleByArgument {
    case auto, always, never
    static let allValueStrings = ["auto", "always", "never"]
  }

  @Option(help: "The form of the report.")
  var format: Format = .text

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Write the report to this file.", valueName: "file"))
  var output: String?

  @Flag(help: "Print the evidence of what passes too.")
  var includeTestOutput = false

  @Flag(help: "Leave out the remediations.")
  var noRemediations = false

  @Option(help: "Colour the text (NO_COLOR is honoured by auto).")
  var color: Colour = .auto

  /// Whether someone watches who would like to know how far the pass has come.
  var showsProgress: Bool {
    Terminal.isInteractive(.standardError) && Terminal.isInteractive(.standardOutput)
  }

  func write(_ report: Report) async throws {
    do {
      let bytes: [UInt8]
      switch format {
      case .json: bytes = await JSONReport.bytes(of: report)
      case .text:
        var text = TextReport()
        text.isColoured = color.isOn(toStandardOutput: output == nil)
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
