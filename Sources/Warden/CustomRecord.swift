import Documents
import FoundationEssentials
import HardeningModel

/// What definitions files' checks said last: one process runs their audits, and another makes passes.
package struct CustomRecord: Codable, Sendable, Equatable {
  package var judgements: [String: CustomChecks.Judgement] = [:]

  /// The largest record that is read.
  private static let sizeLimit = 64 << 20
  private static let name = "definitions.json"

  package init(_ judgements: [String: CustomChecks.Judgement] = [:]) {
    self.judgements = judgements
  }

  /// The record in the state directory; an empty one where there is none. Throws where it cannot be read, or is not
  /// root's alone.
  package init(in directory: String) throws {
    let file = "\(directory)/\(Self.name)"
    guard try !TextFile.isAbsent(file) else { return }
    let bytes = try TextFile.read(file, limit: Self.sizeLimit, trust: .rootOnly)
    self = try JSONDecoder().decode(CustomRecord.self, from: Data(bytes))
  }

  /// The file, and what is to be in it.
  package func file(in directory: String) throws -> (path: String, bytes: [UInt8]) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return ("\(directory)/\(Self.name)", Array(try encoder.encode(self)))
  }
}
