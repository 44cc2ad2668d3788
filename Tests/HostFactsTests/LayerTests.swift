import CShims
import Foundation
import Glibc
import HardeningModel
import Images
import TestSupport
import Testing

@testable import HostFacts

/// Layers on a real file system, as overlayfs and Docker make them.
@Suite("Layers of images")
struct LayerTests {
  /// Why whiteouts and opaque directories cannot be made here; `nil` where they can.
  static let obstacle: String? =
    geteuid() == 0 ? nil : "whiteouts and trusted attributes need root"

  static let trusted = OverlayAttributes(prefix: "trusted.overlay.")

  /// The files with setuid or setgid that these layers of a root show together, by path.
  private func visible(
    _ fixture: FixtureRoot, _ layers: [String], bounds: LayerBounds? = nil,
    attributes: OverlayAttributes = trusted
  ) throws -> [PrivilegedFile] {
    let bounds = bounds ?? LayerBounds(deadline: .now + .seconds(60))
    var stack: [LayerStack.Layer] = []
    defer { for layer in stack { close(layer.directory) } }
    for layer in layers {
      let directory = open(fixture.path + layer, O_RDONLY | O_DIRECTORY)
      try #require(directory >= 0)
      stack.append(LayerStack.Layer(directory: directory, files: []))
      stack[stack.count - 1].files = try LayerWalk.files(
        in: directory, attributes: attributes, bounds: bounds
      ).files
    }
    return try LayerStack(layers: stack, attributes: attributes, deadline: bounds.deadline)
      .visibleFiles()
  }

  private func whiteout(_ fixture: FixtureRoot, _ path: String) throws {
    try #require(mknod(fixture.path + path, S_IFCHR, 0) == 0)
  }

  private func opaque(
    _ fixture: FixtureRoot, _ path: String, name: String = "trusted.overlay.opaque",
    value: String = "y"
  ) throws {
    try #require(dockward_set_attribute(fixture.path + path, name, value, value.utf8.count) == 0)
  }

  @Test("show the regular files with setuid or setgid")
  func files() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/l/bin/su", mode: 0o4755)
      try fixture.file("/l/bin/wall", mode: 0o2755)
      try fixture.file("/l/bin/both", mode: 0o6711)
      try fixture.file("/l/bin/plain", mode: 0o755)
      try fixture.file("/l/bin/sticky", mode: 0o1755)
      try fixture.directory("/l/mail", mode: 0o2775)
      try fixture.link("/l/bin/link", to: "su")
      try #require(link(fixture.path + "/l/bin/su", fixture.path + "/l/hard") == 0)
      let files = try visible(fixture, ["/l"])
      #expect(files.map(\.path) == ["/bin/both", "/bin/su", "/bin/wall", "/hard"])
      #expect(files.map(\.mode) == [0o6711, 0o4755, 0o2755, 0o4755])
    }
  }

  @Test(
    "hide what higher ones remove or replace",
    .enabled(if: obstacle == nil, "\(obstacle ?? "")"))
  func merging() async throws {
    try await FixtureRoot.with { fixture in
      for path in [
        "gone", "kept", "replaced", "d/in", "o/in", "o/deep/in", "f/in", "n/in", "s/in", "user/in",
      ] {
        try fixture.file("/0/" + path, mode: 0o4755)
      }
      try fixture.directory("/1/o")
      try whiteout(fixture, "/1/gone")
      try whiteout(fixture, "/1/d")
      try opaque(fixture, "/1/o")
      try fixture.file("/1/replaced", mode: 0o755)
      try fixture.file("/1/f", mode: 0o755)
      try fixture.link("/1/s", to: "n")
      try fixture.directory("/1/n")
      try opaque(fixture, "/1/n", value: "n")
      try fixture.directory("/1/user")
      try opaque(fixture, "/1/user", name: "user.overlay.opaque")
      try fixture.file("/2/o/in", mode: 0o2755)
      try fixture.directory("/2/d")
      #expect(try visible(fixture, ["/0", "/1"]).map(\.path) == ["/kept", "/n/in", "/user/in"])
      let files = try visible(fixture, ["/0", "/1", "/2"])
      #expect(files.map(\.path) == ["/kept", "/n/in", "/o/in", "/user/in"])
      #expect(files.map(\.mode) == [0o4755, 0o4755, 0o2755, 0o4755])
      #expect(try visible(fixture, ["/1", "/0"]).count == 10)
    }
  }

  @Test(
    "with renamed directories are not guessed at",
    .enabled(if: obstacle == nil, "\(obstacle ?? "")"))
  func redirects() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.directory("/l/new")
      try opaque(
        fixture, "/l/new", name: "trusted.overlay.redirect", value: "/a/very/long/old/place")
      #expect(throws: ReadFailure.self) { try visible(fixture, ["/l"]) }
    }
  }

  @Test("lead nowhere by their links")
  func links() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/outside/su", mode: 0o4755)
      try fixture.link("/l/a", to: "../outside")
      try fixture.link("/l/b", to: fixture.path + "/outside")
      try fixture.link("/l/c", to: "../outside/su")
      try fixture.link("/l/loop", to: ".")
      try fixture.fifo("/l/fifo")
      try fixture.socket("/l/socket")
      try fixture.file("/m/a/su", mode: 0o4755)
      #expect(try visible(fixture, ["/l"]) == [])
      #expect(try visible(fixture, ["/m", "/l"]) == [])
      #expect(try visible(fixture, ["/l", "/m"]).map(\.path) == ["/a/su"])
    }
  }

  @Test("may have any names")
  func names() async throws {
    try await FixtureRoot.with { fixture in
      for name in [
        "a b", "a\nb", "\u{1B}[2J", "..x", "...", "\u{202E}", String(repeating: "n", count: 255),
      ] {
        try fixture.file("/l/\(name)", mode: 0o4755)
      }
      try fixture.directory("/l")
      try fixture.fileNamed("/l/bad-", bytes: [0xFF, 0xFE], suffix: "")
      try #require(chmod(fixture.path + "/l/a b", 0o4755) == 0)
      #expect(try visible(fixture, ["/l"]).count == 7)
      try fixture.file("/m/a b", mode: 0o755)
      #expect(try visible(fixture, ["/l", "/m"]).count == 6)
    }
  }

  @Test("are read within bounds")
  func bounds() async throws {
    try await FixtureRoot.with { fixture in
      for index in 0..<300 { try fixture.file("/l/\(index)", mode: 0o4755) }
      try fixture.directory("/deep/" + Array(repeating: "d", count: 140).joined(separator: "/"))
      var bounds = LayerBounds(deadline: .now + .seconds(60))
      #expect(try visible(fixture, ["/l"], bounds: bounds).count == 300)
      bounds.entries = 299
      #expect(throws: ReadFailure.self) { try visible(fixture, ["/l"], bounds: bounds) }
      bounds.entries = 1000
      bounds.found = 299
      #expect(throws: ReadFailure.self) { try visible(fixture, ["/l"], bounds: bounds) }
      bounds.found = 300
      #expect(throws: ReadFailure.self) { try visible(fixture, ["/deep"], bounds: bounds) }
      bounds.deadline = .now - .seconds(1)
      #expect(throws: ReadFailure.self) { try visible(fixture, ["/l"], bounds: bounds) }
    }
  }

  @Test("are found where the storage driver keeps them")
  func directories() async throws {
    try await FixtureRoot.with { fixture in
      let digests = [
        "sha256:" + String(repeating: "0a", count: 32),
        "sha256:" + String(repeating: "1b", count: 32),
      ]
      // printf 'sha256:0a0a… sha256:1b1b…' | sha256sum
      let chain = LayerFinder.chainIDs(of: digests)
      #expect(chain.count == 2 && chain[0] == digests[0])
      try fixture.file(
        "/data/image/vfs/layerdb/sha256/\(chain[1].dropFirst(7))/cache-id", "abc123\n")
      func found(_ driver: String?, _ data: [String: String], _ layers: [String]? = nil) throws
        -> [String]?
      {
        var json: [String: Any] = ["Id": "sha256:1", "RootFS": ["Layers": layers ?? digests]]
        json["GraphDriver"] = driver.map { ["Name": $0, "Data": data] as [String: Any] }
        let image = try JSONDecoder().decode(
          ImageDescription.self, from: JSONSerialization.data(withJSONObject: json))
        return try fixture.opened { root in
          var finder = LayerFinder(root: root, dataRoot: "/data", driver: nil)
          return finder.directories(of: image).value?.map(\.path)
        }
      }
      let upper = "/data/overlay2/b/diff"
      let lower = "/data/overlay2/a/diff"
      #expect(try found("overlay2", ["UpperDir": upper, "LowerDir": lower]) == [lower, upper])
      #expect(try found("overlay2", ["UpperDir": upper]) == nil)
      #expect(try found("overlay2", ["UpperDir": upper], [digests[0]]) == [upper])
      #expect(try found("overlay2", [:], []) == [])
      for path in [
        "/etc/diff", "/data/overlay2/../../etc/diff", "/data/overlay2/a/b/diff",
        "/data/overlay2/a/work", "/other/overlay2/a/diff",
      ] {
        #expect(try found("overlay2", ["UpperDir": path], [digests[0]]) == nil)
      }
      #expect(try found("vfs", [:]) == ["/data/vfs/dir/abc123"])
      #expect(try found("vfs", [:], [digests[0]]) == nil)
      #expect(try found("btrfs", [:]) == nil)
      #expect(try found("overlayfs", [:]) == nil)
      #expect(try found(nil, [:]) == nil)
    }
  }

  @Test(
    "have digests by FIPS 180-4",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func digest(_ text: String, expected: String) {
    #expect(SHA256.hexadecimal(of: text.utf8) == expected)
  }

  /// A database of containerd is nothing that can be trusted either.
  @Test("are not found in a broken database", arguments: [0, 1, 4096, 65_536])
  func brokenDatabase(_ size: Int) throws {
    #expect(throws: BoltFile.Malformed.self) { try BoltFile(Array(repeating: 0, count: size)) }
    #expect(throws: BoltFile.Malformed.self) { try BoltFile(Array(repeating: 0xED, count: size)) }
  }
}
