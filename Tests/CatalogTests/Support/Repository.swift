import Catalog
import FoundationEssentials
import HardeningModel

/// The checkout that these tests are in.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let benchmarkIDs = ["cis-1.2.0", "cis-1.6.0", "cis-1.7.0", "cis-1.8.0"]

  /// The bytes of the file at a path in it.
  static func bytes(of path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: root.appending(path: path)))
  }

  /// The bytes of an index file that is shipped.
  static func indexFile(_ id: String) throws -> [UInt8] {
    try bytes(of: "etc/dockward/benchmarks/\(id).yaml")
  }

  static func benchmark(_ id: String) throws -> Benchmark {
    try BenchmarkFile.parse(
      try indexFile(id), file: "\(id).yaml", knownSlugs: Set(Catalog.bySlug.keys))
  }
}
