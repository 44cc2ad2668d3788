import HardeningModel

extension Scene {
  /// Gives `web` one mount more.
  mutating func mount(
    _ mount: Container.Mount, _ change: (inout Container.Mount) -> Void = { _ in }
  ) {
    var mount = mount
    change(&mount)
    web.mounts = .value((web.mounts.value ?? []) + [mount])
  }

  /// Gives `web` a bind mount of `source`, which is what `reading` says.
  mutating func bind(
    _ source: String, as reading: Reading<FileFact>, writable: Bool = true,
    destination: String = "/mnt"
  ) {
    mount(.sample(type: "bind", source: source, destination: destination, writable: writable))
    snapshot.files[source] = reading
  }

  mutating func bind(_ source: String, as fact: FileFact, writable: Bool = true) {
    bind(source, as: .found(fact), writable: writable)
  }

  /// Gives `web` a bind mount of a directory that is what it is called, without links.
  mutating func bind(_ source: String, writable: Bool = true, destination: String = "/mnt") {
    let path = AbsolutePath.normal(source)
    // On a merged system /lib is a link.
    let canonical = path == "/lib" ? "/usr/lib" : path
    bind(
      source, as: .found(.sample(canonical, kind: .directory)), writable: writable,
      destination: destination)
  }

  /// Gives `web` a bind mount of a path that the sample host has.
  mutating func bindKnown(_ source: String, writable: Bool) {
    bind(source, as: snapshot.files[source] ?? .absent, writable: writable)
  }

  /// Gives `web` a volume, and looks at the directory that it may be bound to.
  mutating func volume(_ volume: Volume, writable: Bool = true) {
    snapshot.volumes = .found((snapshot.volumes.value ?? []) + [volume])
    mount(
      .sample(
        type: "volume", source: "/var/lib/docker/volumes/\(volume.name)/_data", name: volume.name,
        writable: writable))
    if let path = volume.options.value?.device.value { look(path) }
  }

  /// Looks at a directory that is what it is called.
  mutating func look(_ path: String) {
    snapshot.files[path] = snapshot.files[path] ?? .found(.sample(path, kind: .directory))
  }
}
