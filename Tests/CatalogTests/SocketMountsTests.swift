import HardeningModel
import Testing

/// Sockets and shared mounts.
@Suite("Socket and propagation checks")
struct SocketMountsTests {
  @Test("say of the Docker socket", arguments: SocketMountsTables.sockets.rows)
  func socket(_ row: Row) throws { try row.judge() }

  @Test("say of mount propagation", arguments: SocketMountsTables.propagation.rows)
  func propagation(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum SocketMountsTables {
  static let all = [sockets, propagation]

  static let sockets = Table.ofContainers(
    "container-docker-socket",
    [
      .fails("the API's socket", observed: "/var/run/docker.sock") {
        $0.bind("/var/run/docker.sock", as: .sample("/run/docker.sock", kind: .socket))
      },
      .fails("the API's socket by its other name", observed: "/run/docker.sock") {
        $0.bind("/run/docker.sock", as: .sample("/run/docker.sock", kind: .socket))
      },
      .fails("the API's socket, read-only") {
        $0.bind(
          "/run/docker.sock", as: .sample("/run/docker.sock", kind: .socket), writable: false)
      },
      .fails("the API's socket under another name in the container") {
        $0.bind(
          "/run/docker.sock", as: .found(.sample("/run/docker.sock", kind: .socket)),
          destination: "/tmp/x")
      },
      .fails("the containerd socket", observed: "/run/containerd/containerd.sock") {
        $0.bind(
          "/run/containerd/containerd.sock",
          as: .sample("/run/containerd/containerd.sock", kind: .socket))
      },
      .fails("the directory of the containerd socket") { $0.bind("/run/containerd") },
      .fails("the directory of the API's socket", observed: "which holds") { $0.bind("/run") },
      .fails("the directory of the API's socket by its other name") {
        $0.bind("/var/run", as: .sample("/run", kind: .directory))
      },
      .fails("/") { $0.bind("/") },
      .fails("a link to the socket") {
        $0.bind("/srv/link", as: .sample("/run/docker.sock", kind: .socket))
      },
      .fails("a link to its directory") {
        $0.bind("/srv/link", as: .sample("/run", kind: .directory))
      },
      .fails("the socket bound to another place") {
        $0.bind(
          "/srv/s",
          as: .sample("/srv/s", kind: .socket, through: ("/run/docker.sock", "/srv/s")))
      },
      .fails("its directory bound to another place") {
        $0.bind("/srv/r", as: .sample("/srv/r", kind: .directory, through: ("/run", "/srv/r")))
      },
      .fails("another socket of the API") {
        $0.snapshot.paths[.apiSocket] = .found(["/var/run/docker.sock", "/srv/api/docker.sock"])
        $0.snapshot.files["/srv/api/docker.sock"] = .found(
          .sample("/srv/api/docker.sock", kind: .socket))
        $0.bind("/srv/api")
      },
      .fails("a socket that is gone, by its name") {
        $0.snapshot.files["/var/run/docker.sock"] = .absent
        $0.bind("/var/run/docker.sock", as: .absent)
      },
      .fails("a volume bound to its directory") {
        $0.volume(.sample("run", device: "/run", flags: "bind"))
      },
      .fails("beside a mount that cannot be resolved") {
        $0.bind("/srv/a", as: .unreadable("permission denied"))
        $0.bind("/run")
      },
      .fails("stopped") {
        $0.web.stop()
        $0.bind("/run")
      },
      .fails("beside a volume that could not be read") {
        $0.bind("/run")
        $0.volume(.sample("data"))
        $0.snapshot.volumes = .unreadable("timed out")
      },
    ] + harmless)

  private static let harmless: [Row] = [
    .passes("something else", observed: "no socket") { $0.bind("/srv/web") },
    .passes("a name that begins like it") { $0.bind("/run/docker.sock.d") },
    .passes("its neighbour") { $0.bind("/run/docker") },
    .passes("the directory of the link to its directory") { $0.bind("/var") },
    .passes("only the place in the container") {
      $0.bind("/srv/web", destination: "/var/run/docker.sock")
    },
    .passes("an allowed mount elsewhere") { $0.bindKnown("/etc/hosts", writable: false) },
    Row(.standard, "no mounts", .pass) { $0.web.mounts = .value([]) },
    Row(.standard, "null", .pass) { $0.web.mounts = .null },
    Row(.absent, "no sockets", .pass) {
      $0.snapshot.paths[.apiSocket] = .absent
      $0.snapshot.paths[.containerdSocket] = .absent
      $0.bind("/srv/web")
    },
    Row(.absent, "sockets that do not exist", .pass) {
      $0.snapshot.files["/var/run/docker.sock"] = .absent
      $0.snapshot.files["/run/containerd/containerd.sock"] = .absent
      $0.bind("/srv/web")
    },
    Row(.absent, "an Engine that does not say", .unknown, reason: "Mounts") {
      $0.web.mounts = .missing
    },
    Row(.absent, "an Engine that does not say what a mount is", .unknown) {
      $0.mount(.sample(type: "bind", source: "/srv/a")) { $0.type = .missing }
    },
    .wrongType("Mounts", .text("/run")),
    Row(.unreadable, "a mount that could not be resolved", .unknown, reason: "/srv/a") {
      $0.bind("/srv/a", as: .unreadable("permission denied"))
    },
    Row(.unreadable, "sockets that were not looked for", .unknown) {
      $0.snapshot.paths[.apiSocket] = nil
      $0.bind("/srv/web")
    },
    Row(.unreadable, "nobody knows where the socket is", .unknown, reason: "no such process") {
      $0.snapshot.paths[.containerdSocket] = .unreadable("no such process")
      $0.bind("/srv/web")
    },
    Row(.unreadable, "a socket that could not be looked at", .unknown) {
      $0.snapshot.files["/var/run/docker.sock"] = .unreadable("permission denied")
      $0.bind("/run/docker.sock", as: .sample("/run/docker.sock", kind: .socket))
    },
    Row(.unreadable, "a socket that was not looked at", .unknown) {
      $0.snapshot.files["/var/run/docker.sock"] = nil
      $0.bind("/run/docker.sock", as: .sample("/run/docker.sock", kind: .socket))
    },
    Row(.unreadable, "volumes that could not be listed", .unknown, reason: "timed out") {
      $0.volume(.sample("data"))
      $0.snapshot.volumes = .unreadable("timed out")
    },
  ]

  static let propagation = Table.ofContainers(
    "container-mount-propagation",
    ["private", "rprivate", "slave", "rslave"].map { value in
      .passes(value) { $0.propagates(value) }
    }
      + ["shared", "rshared"].map { value in
        .fails(value, observed: "/mnt") { $0.propagates(value) }
      } + [
        .fails("a volume", observed: "/data") {
          $0.mount(
            .sample(
              type: "volume", source: "/var/lib/docker/volumes/x", destination: "/data",
              name: "x", propagation: "shared"))
        },
        .fails("one of several") {
          $0.propagates("rprivate")
          $0.propagates("rshared")
          $0.propagates("slave")
        },
        .fails("stopped") {
          $0.web.stop()
          $0.propagates("shared")
        },
        Row(.standard, "nothing set", .pass) { $0.propagates("") },
        Row(.standard, "no mounts", .pass) { $0.web.mounts = .value([]) },
        Row(.standard, "null", .pass) { $0.web.mounts = .null },
        Row(.absent, "an Engine that does not say", .unknown, reason: "Mounts") {
          $0.web.mounts = .missing
        },
        Row(.absent, "an Engine that does not say it of a mount", .unknown, reason: "Propagation") {
          $0.mount(.sample(type: "bind", source: "/srv/a")) { $0.propagation = .missing }
        },
        .wrongType("Mounts", .list([.natural(1)])),
      ])
}

extension Scene {
  fileprivate mutating func propagates(_ value: String) {
    mount(.sample(type: "bind", source: "/srv/a", propagation: value))
  }
}
