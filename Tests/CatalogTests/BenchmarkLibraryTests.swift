import Catalog
import Documents
import FoundationEssentials
import HardeningModel
import TestSupport
import Testing

/// Choosing a benchmark.
@Suite("Benchmark library")
struct BenchmarkLibraryTests {
  @Test(
    "finds a benchmark by its name",
    arguments: [
      ("cis-1.8.0", "cis-1.8.0"), ("cis-1.8", "cis-1.8.0"), ("1.8", "cis-1.8.0"),
      ("1.8.0", "cis-1.8.0"), ("cis-1.7", "cis-1.7.0"), ("1.6.0", "cis-1.6.0"),
      ("cis-1.2", "cis-1.2.0"), ("1.2", "cis-1.2.0"), (nil, "cis-1.8.0"),
    ] as [(String?, String)])
  func named(_ name: String?, expected: String) throws {
    try Self.withShipped { library throws in
      #expect(try library.benchmark(named: name).id == expected)
    }
  }

  @Test(
    "refuses a name that it does not have",
    arguments: ["1.3", "cis-1.1", "1.80", "1.8.", "cis-", "cis", "", "CIS-1.8.0", "../cis-1.8.0"])
  func unknown(_ name: String) throws {
    try Self.withShipped { library in
      let error = #expect(throws: BenchmarkLibrary.Unavailable.self) {
        try library.benchmark(named: name)
      }
      #expect(
        error?.description
          == "there is no benchmark '\(name)'; known are cis-1.2.0, cis-1.6.0, cis-1.7.0, cis-1.8.0"
      )
    }
  }

  @Test("lists the benchmarks, the oldest first")
  func ids() throws {
    try Self.withShipped {
      #expect($0.ids == ["cis-1.2.0", "cis-1.6.0", "cis-1.7.0", "cis-1.8.0"])
    }
  }

  /// docker-bench's table, which cuts off what follows the numbers of a version.
  @Test(
    "knows the benchmark of a version of Docker",
    arguments: [
      ("29.1.2", "cis-1.6.0"), ("20.10.24", "cis-1.6.0"), ("20.10", "cis-1.6.0"),
      ("20.9", "cis-1.2.0"), ("19.03.15", "cis-1.2.0"), ("18.09", "cis-1.2.0"),
      ("18.09.0", "cis-1.2.0"), ("20.10.24+dfsg1", "cis-1.6.0"), ("18.09.1-ce", "cis-1.2.0"),
      ("v20.10", "cis-1.6.0"), ("v19.03.5", "cis-1.2.0"), ("20", "cis-1.6.0"), ("v29", "cis-1.6.0"),
      ("19", "cis-1.2.0"), ("18", "cis-1.2.0"),
    ])
  func dockerVersion(_ version: String, expected: String) throws {
    let id = try BenchmarkLibrary.id(forDockerVersion: version)
    try Self.withShipped { library throws in
      #expect(try library.benchmark(named: id).id == expected)
    }
  }

  @Test(
    "knows the benchmark of an old version of Docker, and that it has none such",
    arguments: [
      ("18.08", "cis-1.1"), ("18.06.1-ce", "cis-1.1"), ("17.06", "cis-1.1"), ("17.05", "cis-1.0"),
      ("17", "cis-1.1"), ("1.13.1", "cis-1.0"), ("1.13.0", "cis-1.0"), ("1.13", "cis-1.0"),
    ])
  func oldDockerVersion(_ version: String, expected: String) throws {
    let id = try BenchmarkLibrary.id(forDockerVersion: version)
    #expect(id == expected)
    try Self.withShipped { library in
      #expect(throws: BenchmarkLibrary.Unavailable.self) { try library.benchmark(named: id) }
    }
  }

  @Test("refuses a version that no benchmark covers", arguments: ["1.12.6", "1.9", "0.11.1"])
  func tooOld(_ version: String) {
    let error = #expect(throws: BenchmarkLibrary.Unavailable.self) {
      try BenchmarkLibrary.id(forDockerVersion: version)
    }
    #expect(
      error?.description == "no benchmark covers Docker \(version), which is before 1.13")
  }

  @Test(
    "refuses what is no version",
    arguments: [
      "", "x", "18.x", "18..09", ".18.09", "18.-9", "-1.13", "+18.+9", "18.09.1.x", "latest",
      "99999999999999999999.1", "18,09", "v", "vv20", "v-1", "20.", "V20", "20.10v",
    ])
  func garbage(_ version: String) {
    let error = #expect(throws: BenchmarkLibrary.Unavailable.self) {
      try BenchmarkLibrary.id(forDockerVersion: version)
    }
    #expect(
      error?.description
        == "'\(version)' is no Docker version; one looks like 18.09 or 20.10.24")
  }
}

extension BenchmarkLibraryTests {
  /// What `body` makes of the index files of this checkout, copied to where nobody else may write:
  /// root obeys no others.
  private static func withShipped(_ body: (BenchmarkLibrary) throws -> Void) throws {
    try TemporaryDirectory.with { directory in
      for id in Repository.benchmarkIDs {
        try Data(Repository.indexFile(id)).write(to: URL(filePath: "\(directory)/\(id).yaml"))
      }
      try body(BenchmarkLibrary(directory: directory))
    }
  }

  @Test("reads the index files of a directory, and nothing else there")
  func directory() throws {
    try TemporaryDirectory.with { directory in
      for id in ["cis-1.6.0", "cis-1.10.0", "cis-1.8.0"] {
        try Self.write(id: id, to: "\(directory)/\(id).yaml")
      }
      try Self.write(id: "cis-2.0.0", to: "\(directory)/cis-2.0.0.yaml.orig")
      try Self.write(id: "cis-2.0.0", to: "\(directory)/README")
      let library = try BenchmarkLibrary(directory: directory)
      #expect(library.ids == ["cis-1.6.0", "cis-1.8.0", "cis-1.10.0"])
      #expect(try library.benchmark(named: nil).id == "cis-1.10.0")
      #expect(try library.benchmark(named: "1.8").id == "cis-1.8.0")
    }
  }

  @Test("refuses a file that is called otherwise than its benchmark")
  func otherName() throws {
    try TemporaryDirectory.with { directory in
      let path = "\(directory)/cis-1.7.0.yaml"
      try Self.write(id: "cis-1.8.0", to: path)
      let library = try BenchmarkLibrary(directory: directory)
      let error = #expect(throws: DocumentError.self) { try library.benchmark(named: "1.7") }
      #expect(
        error?.description
          == "\(path):1:1: the file is called 'cis-1.7.0' but its benchmark 'cis-1.8.0'")
    }
  }

  @Test("refuses a file that is none, when it is asked for")
  func badFile() throws {
    try TemporaryDirectory.with { directory in
      let path = "\(directory)/cis-1.7.0.yaml"
      try Data("id: x\n".utf8).write(to: URL(filePath: path))
      let library = try BenchmarkLibrary(directory: directory)
      #expect(library.ids == ["cis-1.7.0"])
      let error = #expect(throws: DocumentError.self) { try library.benchmark(named: nil) }
      #expect(error?.description == "\(path):1:1: the key 'sections' is missing here")
    }
  }

  @Test("says that an empty directory has none")
  func emptyDirectory() throws {
    try TemporaryDirectory.with { directory in
      let library = try BenchmarkLibrary(directory: directory)
      #expect(library.ids == [])
      let error = #expect(throws: BenchmarkLibrary.Unavailable.self) {
        try library.benchmark(named: nil)
      }
      #expect(error?.description == "there is no benchmark index file")
    }
  }

  @Test("refuses a directory that is not there")
  func noDirectory() throws {
    try TemporaryDirectory.with { directory in
      let path = directory + "/nowhere"
      let error = #expect(throws: DocumentError.self) { try BenchmarkLibrary(directory: path) }
      #expect(error?.description == "cannot read '\(path)': no such directory")
    }
  }

  private static func write(id: String, to path: String) throws {
    let text = "id: \(id)\ntitle: T\nversion: \(id.dropFirst(4))\nsections: []\n"
    try Data(text.utf8).write(to: URL(filePath: path))
  }
}
