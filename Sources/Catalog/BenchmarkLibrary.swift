import Documents
import HardeningModel

#if canImport(Glibc)
import Glibc
#endif

/// The benchmarks at hand: the index files of a directory, or, where there is none, those that are
/// built into the program.
package struct BenchmarkLibrary: Sendable {
  /// Why a benchmark could not be chosen.
  package struct Unavailable: Error, CustomStringConvertible {
    package var description: String
  }

  /// Where an installed dockward keeps them.
  package static let installedDirectory = "/usr/share/dockward/benchmarks"
  /// The largest index file that is read.
  private static let sizeLimit = 4 << 20

  /// The text of each index file, by benchmark id.
  private let sources: [String: Source]

  private enum Source: Sendable {
    case file(String)
    case builtIn(@Sendable () -> Benchmark)
  }

  /// The index files of an installed dockward; the built-in ones where it is not installed.
  package init() throws(DocumentError) {
    if let files = try Self.files(in: Self.installedDirectory) {
      sources = files
    } else {
      sources = Self.builtIn.mapValues(Source.builtIn)
    }
  }

  /// The index files `*.yaml` of `directory`.
  package init(directory: String) throws(DocumentError) {
    guard let files = try Self.files(in: directory) else {
      throw DocumentError(
        file: directory, reason: "cannot read '\(directory)': no such directory")
    }
    sources = files
  }

  private static func files(in directory: String) throws(DocumentError) -> [String: Source]? {
    guard let names = try entries(of: directory) else { return nil }
    var files: [String: Source] = [:]
    for name in names where name.hasSuffix(".yaml") {
      files[String(name.dropLast(".yaml".count))] = .file(directory + "/" + name)
    }
    return files
  }

  /// Each is made when it is asked for; they hold what the shipped index files say.
  private static let builtIn: [String: @Sendable () -> Benchmark] = [
    "cis-1.2.0": { .cis_1_2_0 }, "cis-1.6.0": { .cis_1_6_0 }, "cis-1.7.0": { .cis_1_7_0 },
    "cis-1.8.0": { .cis_1_8_0 },
  ]

  /// The ids, oldest version first.
  package var ids: [String] {
    sources.keys.sorted { Self.version($0).lexicographicallyPrecedes(Self.version($1)) }
  }

  /// The benchmark called `name` (`cis-1.8.0`, `cis-1.8`, `1.8`), or the newest for `nil`.
  package func benchmark(named name: String?) throws -> Benchmark {
    let id: String?
    if let name {
      let full = name.hasPrefix("cis-") ? name : "cis-" + name
      id = ids.last { $0 == full || $0.hasPrefix(full + ".") }
    } else {
      id = ids.last
    }
    guard let id, let source = sources[id] else {
      throw Unavailable(
        description: name.map {
          "there is no benchmark '\($0)'; known are \(ids.joined(separator: ", "))"
        } ?? "there is no benchmark index file")
    }
    switch source {
    case .builtIn(let benchmark): return benchmark()
    case .file(let path):
      let known = Set(Catalog.bySlug.keys)
      let bytes = try TextFile.read(path, limit: Self.sizeLimit, trust: .rootOnly)
      let benchmark = try BenchmarkFile.parse(bytes, file: path, knownSlugs: known)
      guard benchmark.id == id else {
        throw DocumentError(
          file: path, position: Position(line: 1, column: 1),
          reason: "the file is called '\(id)' but its benchmark '\(benchmark.id)'")
      }
      return benchmark
    }
  }

  /// The benchmark that docker-bench takes for a version of Docker: the one of the newest version in
  /// its table that is not newer than `version`.
  package static func id(forDockerVersion version: String) throws(Unavailable) -> String {
    guard let numbers = releaseNumbers(version) else {
      throw Unavailable(
        description: "'\(version)' is no Docker version; one looks like 18.09 or 20.10.24")
    }
    let table = [
      ("cis-1.0", [1, 13]), ("cis-1.1", [17, 6]), ("cis-1.2", [18, 9]), ("cis-1.6.0", [20, 10]),
    ]
    guard let row = table.last(where: { !numbers.lexicographicallyPrecedes($0.1) }) else {
      throw Unavailable(description: "no benchmark covers Docker \(version), which is before 1.13")
    }
    return row.0
  }

  /// The numbers of a version of Docker, without what a distribution or an edition puts behind them
  /// and git before them: `18.09.1-ce`, `20.10.24+dfsg1`, `v20.10`. The first alone stands for the
  /// last version that begins with it.
  private static func releaseNumbers(_ version: String) -> [Int]? {
    let plain = version.hasPrefix("v") ? version.dropFirst() : version[...]
    let release = plain.prefix { $0 != "-" && $0 != "+" && $0 != "~" }
    let parts = release.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        ? Int(part) : nil
    }
    guard (1...3).contains(parts.count), numbers.count == parts.count else { return nil }
    return numbers.count == 1 ? numbers + [.max] : numbers
  }

  private static func version(_ id: String) -> [Int] {
    id.split(separator: "-").last.map { $0.split(separator: ".").map { Int($0) ?? 0 } } ?? []
  }

  /// The names in a directory, sorted; `nil` where there is no such directory.
  private static func entries(of directory: String) throws(DocumentError) -> [String]? {
    guard let stream = opendir(directory) else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw DocumentError(
        file: directory, reason: "cannot read '\(directory)': \(String(cString: strerror(errno)))")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.sorted()
  }
}
