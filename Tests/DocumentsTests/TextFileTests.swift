import Foundation
import Glibc
import TestSupport
import Testing

@testable import Documents

@Suite("Text files")
struct TextFileTests {
  /// The message of a refusal, without what comes before the reason; `nil` where the file was read.
  private func refusal(
    _ path: String, limit: Int = 100, trust: TextFile.Trust = .anyone
  ) throws -> String? {
    do {
      _ = try TextFile.read(path, limit: limit, trust: trust)
      return nil
    } catch {
      #expect(error.position == nil)
      #expect(error.file == path)
      let start = "cannot read '\(path)': "
      #expect(error.description.hasPrefix(start))
      return String(error.description.dropFirst(start.count))
    }
  }

  private func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
    try #require(chmod(path, mode) == 0)
  }

  @Test("are read as bytes", arguments: ["", "a", "a\0\r\n\u{FEFF}"])
  func read(_ text: String) throws {
    try TemporaryDirectory.with { directory in
      try write(text, to: directory + "/f")
      let bytes = try TextFile.read(directory + "/f", limit: 100, trust: .rootOnly)
      #expect(bytes == Array(text.utf8))
    }
  }

  @Test("are absent where there is nothing, and not where a link leads to nothing")
  func absence() throws {
    try TemporaryDirectory.with { directory in
      let files = FileManager.default
      try write("", to: directory + "/file")
      try files.createDirectory(atPath: directory + "/folder", withIntermediateDirectories: false)
      for (link, target) in [
        ("/dangling", "nothing"), ("/circle", "circle"), ("/link", "file"), ("/way", "folder"),
      ] {
        try files.createSymbolicLink(atPath: directory + link, withDestinationPath: target)
      }
      for path in ["/nothing", "/nothing/x/y", "/folder/x", "/way/x", "/way/x/y"] {
        #expect(try TextFile.isAbsent(directory + path), "\(path)")
      }
      for path in ["/file", "/folder", "/dangling", "/circle", "/link", "/dangling/x"] {
        #expect(try !TextFile.isAbsent(directory + path), "\(path)")
      }
      for (path, reason) in [
        ("/file/x", "not a directory"), ("/circle/x", "too many levels of symbolic links"),
      ] {
        let error = #expect(throws: DocumentError.self) {
          try TextFile.isAbsent(directory + path)
        }
        #expect(error?.description == "cannot read '\(directory + path)': \(reason)")
      }
    }
  }

  @Test(
    "are read up to their limit",
    arguments: [(0, 0), (100, 100), (65_537, 65_537), (200_000, 1 << 20)])
  func within(size: Int, limit: Int) throws {
    try TemporaryDirectory.with { directory in
      try write(String(repeating: "x", count: size), to: directory + "/f")
      #expect(try TextFile.read(directory + "/f", limit: limit, trust: .anyone).count == size)
    }
  }

  @Test("are refused beyond it", arguments: [(1, 0), (101, 100), (65_537, 65_536)])
  func beyond(size: Int, limit: Int) throws {
    try TemporaryDirectory.with { directory in
      try write(String(repeating: "x", count: size), to: directory + "/f")
      #expect(try refusal(directory + "/f", limit: limit) == "larger than \(limit) bytes")
    }
  }

  /// Their size reads as 0 beforehand.
  @Test("are bounded in file systems of the kernel, too")
  func kernel() throws {
    #expect(try refusal("/proc/self/maps", limit: 10) == "larger than 10 bytes")
    #expect(try TextFile.read("/proc/self/comm", limit: 100, trust: .anyone).last == 0x0A)
  }

  @Test("are refused where there are none")
  func missing() throws {
    try TemporaryDirectory.with { directory in
      try write("x", to: directory + "/f")
      try FileManager.default.createSymbolicLink(
        atPath: directory + "/loop", withDestinationPath: "loop")
      try FileManager.default.createSymbolicLink(
        atPath: directory + "/dangling", withDestinationPath: "nothing")
      #expect(try refusal(directory + "/nothing") == "no such file or directory")
      #expect(try refusal(directory + "/dangling") == "no such file or directory")
      #expect(try refusal(directory + "/f/x") == "not a directory")
      #expect(try refusal(directory + "/loop") == "too many levels of symbolic links")
      #expect(try refusal(directory) == "not a regular file")
      #expect(try refusal("") == "no such file or directory")
    }
  }

  /// Nobody writes to it: opening it the ordinary way would wait for ever.
  @Test("are not waited for", .timeLimit(.minutes(1)))
  func fifo() throws {
    try TemporaryDirectory.with { directory in
      try #require(mkfifo(directory + "/fifo", 0o600) == 0)
      #expect(try refusal(directory + "/fifo") == "not a regular file")
    }
    #expect(try refusal("/dev/null") == "not a regular file")
    #expect(try refusal("/dev/zero") == "not a regular file")
  }
}
