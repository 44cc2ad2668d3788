import HardeningModel
import Testing

/// Mounts of sensitive directories that are allowed, and volumes that are mounts of them.
@Suite("Allowed mounts and volumes")
struct AllowedMountsTests {
  @Test("of allowed mounts", arguments: AllowedMountsTables.allowed.rows)
  func allowed(_ row: Row) throws { try row.judge() }

  @Test("of volumes", arguments: AllowedMountsTables.volumes.rows)
  func volume(_ row: Row) throws { try row.judge() }
}

/// The rows of that check.
enum AllowedMountsTables {
  static let all = [allowed, volumes]
  private static let slug = "container-sensitive-mounts"

  static let allowed = Table(
    slug, subject: "container:web",
    [
      "/etc/localtime", "/etc/timezone", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf",
      "/etc/ssl/certs",
    ].flatMap { path in
      [
        .passes("\(path), read-only") { $0.bindKnown(path, writable: false) },
        .fails("\(path).bak, read-only", observed: path) {
          $0.bind("\(path).bak", writable: false)
        },
      ]
    }
      + ["/etc/localtime", "/etc/hosts", "/etc/ssl/certs"].map { path in
        .fails("\(path), writable", observed: path) { $0.bindKnown(path, writable: true) }
      } + [
        .passes("beneath an allowed one") { $0.bind("/etc/ssl/certs/ca.pem", writable: false) },
        .fails("above an allowed one") { $0.bind("/etc/ssl", writable: false) },
        .passes("what an allowed link leads to") {
          $0.bind("/usr/share/zoneinfo/Etc/UTC", writable: false)
        },
        .fails("a link beneath an allowed one that leads elsewhere", observed: "/etc/ssl/certs/x") {
          $0.bind("/etc/ssl/certs/x", as: .sample("/etc/shadow"), writable: false)
        },
        Row(
          .unreadable, "a link that leads elsewhere, beneath an allowed one that was not looked at",
          .unknown
        ) {
          $0.policy.allowedMounts = [AllowedMount(path: "/etc/app")]
          $0.bind("/etc/app/x", as: .sample("/etc/shadow"), writable: false)
        },
        .fails("a path with dots beneath an allowed one") {
          $0.bind("/etc/ssl/certs/../../shadow", writable: false)
        },
        .passes("of the configuration, read-only") {
          $0.policy.allowedMounts = [AllowedMount(path: "/etc/app")]
          $0.look("/etc/app")
          $0.bind("/etc/app/conf", writable: false)
        },
        .fails("of the configuration, but writable") {
          $0.policy.allowedMounts = [AllowedMount(path: "/etc/app")]
          $0.look("/etc/app")
          $0.bind("/etc/app/conf", writable: true)
        },
        .passes("of the configuration, writable") {
          $0.policy.allowedMounts = [AllowedMount(path: "/etc/app", writable: true)]
          $0.look("/etc/app")
          $0.bind("/etc/app/conf", writable: true)
        },
        .passes("of the configuration, with a slash at its end") {
          $0.policy.allowedMounts = [AllowedMount(path: "/etc/app/")]
          $0.snapshot.files["/etc/app/"] = .found(.sample("/etc/app", kind: .directory))
          $0.bind("/etc/app", writable: false)
        },
        .fails("a name that begins like one of the configuration") {
          $0.policy.allowedMounts = [AllowedMount(path: "/etc/app")]
          $0.look("/etc/app")
          $0.bind("/etc/application", writable: false)
        },
        .fails("a harmless one, where the configuration has others") {
          $0.policy.allowedMounts = [AllowedMount(path: "/etc/app")]
          $0.look("/etc/app")
          $0.bindKnown("/etc/localtime", writable: false)
        },
        .fails("a harmless one, where the configuration has none") {
          $0.policy.allowedMounts = []
          $0.bindKnown("/etc/hosts", writable: false)
        },
        .fails("an allowed one beside another", observed: "/etc/shadow") {
          $0.bindKnown("/etc/hosts", writable: false)
          $0.bind("/etc/shadow", writable: false)
        },
      ])

  static let volumes = Table(
    slug, subject: "container:web",
    [
      .passes("docker's own volume") { $0.volume(.sample("data")) },
      .passes("a volume of a harmless directory") {
        $0.volume(.sample("data", device: "/srv/data", flags: "bind"))
      },
      .passes("a volume of a file system") {
        $0.volume(.sample("data", device: "/dev/disk/by-label/data", flags: "noatime"))
      },
      .passes("an allowed one, read-only") {
        $0.look("/etc/hosts")
        $0.volume(.sample("data", device: "/etc/hosts", flags: "bind"), writable: false)
      },
      .fails("bound to a sensitive directory", observed: "volume data") {
        $0.volume(.sample("data", device: "/etc", flags: "bind"))
      },
      .fails("bound with all that lies beneath") {
        $0.volume(.sample("data", device: "/", flags: "ro,rbind"))
      },
      .fails("bound to a link to a sensitive directory") {
        $0.volume(.sample("data", device: "/srv/link", flags: "bind"))
        $0.snapshot.files["/srv/link"] = .found(.sample("/etc", kind: .directory))
      },
      .fails("a bind mount beside a volume that could not be read", observed: "/etc") {
        $0.bind("/etc")
        $0.volume(.sample("data"))
        $0.snapshot.volumes = .unreadable("timed out")
      },
      Row(.standard, "options that are null", .pass) {
        var volume = Volume(name: "data")
        volume.driver = .value("local")
        volume.options = .null
        $0.volume(volume)
      },
      Row(.absent, "an Engine that does not say what options it has", .unknown) {
        $0.volume(Volume(name: "data"))
      },
      Row(.absent, "a volume that the Engine does not list", .unknown) {
        $0.mount(.sample(type: "volume", source: "/srv/x", name: "data"))
      },
      Row(.absent, "a volume without a name", .unknown) {
        $0.mount(.sample(type: "volume", source: "/srv/x"))
      },
      Row(.unreadable, "volumes that could not be listed", .unknown, reason: "timed out") {
        $0.volume(.sample("data"))
        $0.snapshot.volumes = .unreadable("timed out")
      },
      Row(.unreadable, "volumes that were not listed", .unknown) {
        $0.volume(.sample("data"))
        $0.snapshot.volumes = .absent
      },
    ])
}
