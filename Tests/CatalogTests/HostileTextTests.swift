import Catalog
import FoundationEssentials
import HardeningModel
import Testing

/// What others wrote cannot change a verdict, whatever it is made of.
@Suite("Hostile texts")
struct HostileTextTests {
  static let texts = [
    "ten thousand letters": String(repeating: "a", count: 10_000),
    "control characters": "a\u{0}\u{1}\u{7}\u{1B}[2J\u{1B}]0;x\u{7}\u{7F}\u{9B}b",
    "line breaks": "a\nPASS\r\n[PASS] 5.5\u{2028}\u{2029}b",
    "quotes": #"a"b'c`d\e"}],{"x":"#,
    "directions": "a\u{202E}b\u{2066}c\u{200B}d",
    "accents": "a" + String(repeating: "\u{301}", count: 5_000),
    "formats and patterns": "%s%n%@ *?[a-z] ${IFS} $(id) ../..",
    "other scripts": "контейнер 容器 🐳🏴‍☠️",
    "nothing": "",
    "a space": " ",
  ].sorted { $0.key < $1.key }.map { Hostile(name: $0.key, text: $0.value) }

  /// The sample container, with the text wherever somebody else may put one.
  private func scene(_ text: String, offending: Bool) -> Scene {
    var scene = Scene()
    scene.snapshot.containers = .found([])
    var container = Container.sample("plain", id: Container.sampleID("hostile"))
    container.name = .value("/" + text)
    if offending {
      container.hostConfig.privileged = .value(true)
      container.hostConfig.pidMode = .value("host")
      container.mounts = .value([.sample(type: "bind", source: "/etc")])
    }
    scene.snapshot.add(container)
    scene.snapshot.containers = scene.snapshot.containers.map { readings in
      readings.map { ContainerReading(id: $0.id, name: text, inspection: $0.inspection) }
    }
    return scene
  }

  @Test("in a container's name", arguments: texts, [false, true])
  func name(_ hostile: Hostile, isOffending: Bool) throws {
    let plain = scene("plain", offending: isOffending)
    let odd = scene(hostile.text, offending: isOffending)
    for check in Catalog.checks {
      #expect(
        check.evaluate(odd.context).map(\.verdict)
          == check.evaluate(plain.context).map(\.verdict), "\(check.slug)")
    }
  }

  @Test("in the texts of an offending container", arguments: texts)
  func values(_ hostile: Hostile) throws {
    var scene = try Base.offending.scene()
    let before = verdicts(scene)
    scene.web.hostConfig.capabilitiesAdded = .value(["ALL", hostile.text])
    scene.web.hostConfig.securityOptions = .value([
      hostile.text, "seccomp=unconfined", "no-new-privileges" + hostile.text,
    ])
    var device = Container.Device()
    device.pathOnHost = .value("/dev/" + hostile.text)
    scene.web.hostConfig.devices = .value([device])
    scene.web.hostConfig.cgroupParent = .value("/" + hostile.text)
    scene.bind("/srv/" + hostile.text)
    scene.bind("/etc/" + hostile.text)
    scene.volume(.sample("v" + hostile.text, device: "/srv/" + hostile.text, flags: "bind"))
    scene.web.networkSettings.networks = .value([
      "bridge": Container.Network(), "n" + hostile.text: Container.Network(),
    ])
    scene.web.networkSettings.ports = .value([
      "80/tcp": [.init("0.0.0.0", "80")], "81/" + hostile.text: [.init("0.0.0.0", "81")],
    ])
    scene.webProcesses.executables = .found([hostile.text, "sshd"].sorted())
    #expect(verdicts(scene) == before)
  }

  @Test("in a snapshot, as JSON and back", arguments: texts)
  func roundTrip(_ hostile: Hostile) throws {
    var scene = scene(hostile.text, offending: true)
    scene.snapshot.host.name = hostile.text
    scene.snapshot.files["/srv/" + hostile.text] = .unreadable(hostile.text)
    scene.snapshot.daemon.flagsSource = hostile.text
    let bytes = try JSONEncoder().encode(scene.snapshot)
    let copy = try JSONDecoder().decode(HostSnapshot.self, from: bytes)
    #expect(copy == scene.snapshot)
  }

  private func verdicts(_ scene: Scene) -> [String: Verdict] {
    Dictionary(
      uniqueKeysWithValues: Catalog.checks.map {
        ($0.slug, Verdict.worst(of: $0.evaluate(scene.context).map(\.verdict)))
      })
  }
}

/// A text that somebody else wrote.
struct Hostile: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String

  var testDescription: String { name }
}
