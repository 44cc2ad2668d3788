import Foundation
import Testing

/// Expects `text` to be what the file `name` in `Goldens` holds.
///
/// A golden changes only on demand: with `DOCKWARD_UPDATE_GOLDENS=1` in the environment the files are
/// written anew, to be read in the diff before they are committed.
func expectGolden(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/\(name)")
  if ProcessInfo.processInfo.environment["DOCKWARD_UPDATE_GOLDENS"] == "1" {
    try Data(text.utf8).write(to: file)
    return
  }
  let golden = String(decoding: try Data(contentsOf: file), as: UTF8.self)
  if golden.utf8.elementsEqual(text.utf8) { return }
  let lines = golden.split(separator: "\n", omittingEmptySubsequences: false)
  let actual = text.split(separator: "\n", omittingEmptySubsequences: false)
  let first = zip(lines, actual).prefix { $0.utf8.elementsEqual($1.utf8) }.count
  Issue.record(
    """
    \(name) differs in line \(first + 1)
    golden: \(lines.indices.contains(first) ? String(lines[first]) : "(ends)")
    actual: \(actual.indices.contains(first) ? String(actual[first]) : "(ends)")
    """, sourceLocation: sourceLocation)
}
