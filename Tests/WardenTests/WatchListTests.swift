import HardeningModel
import HostFacts
import Testing

@testable import Warden

@Suite("What is watched")
struct WatchListTests {
  private static let snapshot: HostSnapshot = {
    var snapshot = HostSnapshot(
      host: HostIdentity(name: "host", machineID: ""), startedAt: "2026-01-01T00:00:00Z")
    snapshot.paths = [
      .dockerService: .found(["/usr/lib/systemd/system/docker.service", "/opt/drop-in.conf"]),
      .apiSocket: .found(["/var/run/docker.sock"]),
      .tlsKey: .found(["/srv/tls/key.pem"]), .registryKeys: .absent,
      .containerdSocket: .unreadable("it cannot be read"),
    ]
    snapshot.files = [
      "/var/run/docker.sock": .found(
        FileFact(
          canonical: "/run/docker.sock", kind: .socket, mode: 0o660, uid: 0, gid: 0,
          identity: FileIdentity(device: 1, inode: 1)))
    ]
    snapshot.daemon.configurationPath = "/opt/daemon.json"
    return snapshot
  }()

  @Test("is every path that a check is about, by each of its names")
  func judged() {
    let list = WatchList(Self.snapshot)
    for path in [
      "/usr/lib/systemd/system/docker.service", "/opt/drop-in.conf", "/srv/tls/key.pem",
      "/opt/daemon.json", "/etc/docker/daemon.json", "/etc/group", "/usr/bin/runc",
    ] {
      #expect(list.paths[path]?.ownSide == true)
      #expect(list.paths[path]?.asksEngine == false)
    }
    for path in ["/var/run/docker.sock", "/run/docker.sock", "/var/run/docker.pid"] {
      #expect(list.paths[path]?.ownSide == true)
      #expect(list.paths[path]?.engine == true)
    }
  }

  @Test("is every place where a drop-in, a unit or a certificate may come")
  func coming() {
    let list = WatchList(Self.snapshot)
    for folder in [
      "/etc/systemd/system/docker.service.d", "/run/systemd/system/docker.socket.d",
      "/usr/lib/systemd/system/service.d", "/etc/audit/rules.d", "/etc/profile.d",
    ] {
      #expect(list.folders[folder]?.ownSide == true)
    }
    #expect(list.paths["/etc/systemd/system/docker.service"]?.ownSide == true)
    #expect(list.trees["/etc/docker"]?.ownSide == true)
  }

  @Test("is what the unit takes its environment from, and what dockward itself obeys")
  func named() {
    let list = WatchList(
      Self.snapshot, environment: ["/srv/env/docker", "/srv/env.d/*.conf", "relative"],
      others: ["/etc/dockward/waivers.yaml"])
    #expect(list.paths["/srv/env/docker"]?.ownSide == true)
    #expect(list.folders["/srv/env.d"]?.ownSide == true)
    #expect(list.paths["/etc/dockward/waivers.yaml"]?.ownSide == true)
    #expect(list.paths["relative"] == nil)
    // What dockward writes itself.
    let all = Array(list.paths.keys) + Array(list.folders.keys) + Array(list.trees.keys)
    #expect(!all.contains { $0.hasPrefix("/var/lib/dockward") })
  }

  @Test("is found again on this host without a problem")
  func plan() {
    let plan = WatchPlan(WatchList(Self.snapshot))
    #expect(plan.problems.isEmpty)
    #expect(plan.interests.count < 200)
  }
}
