import ArgumentParser
import HardeningModel
import Reporting

/// How a remediation is printed.
struct RemediationOutput: ParsableArguments {
  @Option(help: "The form in which it is printed.")
  var format: OutputOptions.Format = .text

  @Option(help: "Colour the text (NO_COLOR is honoured by auto).")
  var color: OutputOptions.Colour = .auto

  /// Throws a `Failure`.
  func write(_ report: RemediationReport) throws {
    do {
      switch format {
      case .json: try Terminal.print(JSONRemediation.bytes(of: report))
      case .text:
        var text = RemediationText()
        text.isColoured = color.isOn(toStandardOutput: true)
        try Terminal.print(Array(text.text(of: report).utf8))
      }
    } catch {
      throw Failure(.incomplete, error)
    }
  }
}
