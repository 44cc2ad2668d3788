import HardeningModel
import Testing

/// What of the host's file system a container sees.
@Suite("Sensitive mounts")
struct SensitiveMountsTests {
  @Test("of a source", arguments: SensitiveMountsTables.sources.rows)
  func source(_ row: Row) throws { try row.judge() }

}

/// The rows of those checks.
enum SensitiveMountsTables {
  static let all = [sources]

  static let sources = Table.ofContainers(
    "container-sensitive-mounts",
    [
      "/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr", "/root", "/var/lib/docker",
    ].flatMap { directory in
      [
        .fails("\(directory)", observed: directory) { $0.bind(directory) },
        .fails("\(directory), read-only", observed: "read-only") {
          $0.bind(directory, writable: false)
        },
        .fails("\(directory), with a slash too many") { $0.bind(directory + "/") },
      ]
    } + [
      .fails("beneath one", observed: "/etc") { $0.bind("/etc/cron.d/job") },
      .fails("a path with dots", observed: "/etc") { $0.bind("/srv/../etc/./cron.d") },
      .fails("a device") { $0.bind("/dev/sda") },
      .fails("docker's own files", observed: "/var/lib/docker") {
        $0.bind("/var/lib/docker/volumes/data/_data")
      },
      .fails("a data root elsewhere", observed: "/srv/docker") {
        $0.snapshot.info.dataRoot = .value("/srv/docker")
        $0.snapshot.files["/srv/docker"] = .found(.sample("/srv/docker", kind: .directory))
        $0.bind("/srv/docker/overlay2")
      },
      .fails("a link to one") { $0.bind("/srv/link", as: .sample("/etc", kind: .directory)) },
      .fails("a link beneath one") { $0.bind("/srv/link", as: .sample("/proc/sys/kernel")) },
      .fails("a link to /") { $0.bind("/srv/link", as: .sample("/", kind: .directory)) },
      .fails("/lib64 of a merged system") { $0.bind("/lib64", as: .sample("/usr/lib64")) },
      .fails("the directory that /lib leads to") { $0.bind("/usr/lib/modules") },
      .fails("one that is bound to another place") {
        $0.bind(
          "/srv/copy",
          as: .sample("/srv/copy", kind: .directory, through: ("/etc", "/srv/copy")))
      },
      .fails("beneath one that is bound to another place") {
        $0.bind("/srv/copy/a/b", as: .sample("/srv/copy/a/b", through: ("/etc", "/srv/copy")))
      },
      .fails("/ bound to another place") {
        $0.bind("/srv/copy", as: .sample("/srv/copy", through: ("/", "/srv/copy")))
      },
      .fails("several, of which one offends", observed: "/etc") {
        $0.bind("/srv/a")
        $0.bind("/etc")
        $0.bind("/srv/b")
      },
      .fails("one that is gone, by its name", observed: "/etc/gone") {
        $0.bind("/etc/gone", as: .absent)
      },
      .fails("one that is gone, whose name begins with an accent") {
        $0.bind("/etc/\u{301}gone", as: .absent)
      },
      .fails("beside one that cannot be resolved", observed: "/etc") {
        $0.bind("/srv/a", as: .unreadable("permission denied"))
        $0.bind("/etc")
      },
      .fails("beside one of which the Engine does not say what it is", observed: "/etc") {
        $0.bind("/etc")
        $0.mount(.sample(type: "bind", source: "/srv/a")) { $0.type = .missing }
      },
      .fails("stopped") {
        $0.web.stop()
        $0.bind("/etc")
      },
    ] + harmless)

  private static let harmless: [Row] = [
    .passes("nothing sensitive", observed: "no system directory") { $0.bind("/srv/web") },
    .passes("a name that begins like one") { $0.bind("/etcetera") },
    .passes("a name that begins like the data root") { $0.bind("/var/lib/docker-backup") },
    .passes("one of that name elsewhere") { $0.bind("/srv/etc") },
    .passes("a directory of which / is the only one above") { $0.bind("/data") },
    .passes("the same inode number on another device") {
      var fact = FileFact.sample("/srv/other", kind: .directory)
      fact.identity = FileIdentity(device: 0x802, inode: FileIdentity.sample("/etc").inode)
      $0.bind("/srv/other", as: fact)
    },
    .passes("only the place in the container") { $0.bind("/srv/web", destination: "/etc") },
    .passes("a file that is gone") { $0.bind("/srv/gone", as: .absent) },
    .passes("a link in one that leads out of it") {
      $0.bind("/dev/log", as: .sample("/run/systemd/journal/dev-log", kind: .socket))
    },
    .passes("the standard data root, where docker has another") {
      $0.snapshot.info.dataRoot = .value("/srv/docker")
      $0.snapshot.files["/srv/docker"] = .found(.sample("/srv/docker", kind: .directory))
      $0.bind("/srv/web")
    },
    .passes("a tmpfs on a sensitive place") {
      $0.mount(.sample(type: "tmpfs", source: "", destination: "/etc"))
    },
    Row(.standard, "no mounts", .pass) { $0.web.mounts = .value([]) },
    Row(.standard, "null", .pass) { $0.web.mounts = .null },
    Row(.absent, "an Engine that does not say", .unknown, reason: "Mounts") {
      $0.web.mounts = .missing
    },
    Row(.absent, "an Engine that does not say what a mount is", .unknown, reason: "Type") {
      $0.mount(.sample(type: "bind", source: "/srv/a")) { $0.type = .missing }
    },
    Row(.absent, "an Engine that does not say from where", .unknown, reason: "Source") {
      $0.mount(.sample(type: "bind", source: "/srv/a")) { $0.source = .missing }
    },
    Row(.absent, "an Engine that does not say whether it may be written", .unknown) {
      $0.mount(.sample(type: "bind", source: "/etc/localtime")) { $0.writable = .missing }
    },
    Row(.absent, "an Engine that does not say where its data root is", .unknown) {
      $0.snapshot.info.dataRoot = .missing
      $0.bind("/srv/web")
    },
    Row(.malformed, "a bind mount from null", .unknown) {
      $0.mount(.sample(type: "bind", source: "/srv/a")) { $0.source = .null }
    },
    .wrongType("Mounts", .object([:])),
    Row(.unreadable, "a source that could not be resolved", .unknown, reason: "/srv/a") {
      $0.bind("/srv/a", as: .unreadable("permission denied"))
    },
    Row(.unreadable, "a source that was not looked at", .unknown, reason: "/srv/a") {
      $0.bind("/srv/a")
      $0.snapshot.files["/srv/a"] = nil
    },
    // To Linux these are two names; Unicode holds them for the same.
    Row(.unreadable, "a source of which only one that looks the same was looked at", .unknown) {
      $0.mount(.sample(type: "bind", source: "/srv/caf\u{E9}"))
      $0.look("/srv/cafe\u{301}")
    },
    Row(.unreadable, "a data root that could not be resolved", .unknown) {
      $0.snapshot.files["/var/lib/docker"] = .unreadable("permission denied")
      $0.bind("/srv/web")
    },
    Row(.unreadable, "an Engine that does not answer /info", .unknown) {
      $0.snapshot.engine = .found(
        EngineFacts(endpoint: "", version: nil, apiVersion: "1.45", info: .unreadable("EOF")))
      $0.bind("/srv/web")
    },
  ]
}
