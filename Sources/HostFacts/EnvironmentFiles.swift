import HardeningModel

/// The files that a unit takes its environment from.
package enum EnvironmentFiles {
  /// What `EnvironmentFile=` of docker.service names on this host, patterns of glob(7) as they are, by the
  /// files of the unit in `snapshot`. None where they cannot be read: then that is a finding.
  package static func ofDaemon(in snapshot: HostSnapshot) -> [String] {
    guard let root = try? HostRoot("/") else { return [] }
    defer { root.close() }
    let location = UnitLocation(files: snapshot.paths[.dockerService]?.value ?? [])
    guard !location.files.isEmpty, let texts = try? root.unitTexts(location) else { return [] }
    let specifiers = UnitSpecifiers(unit: "docker.service", host: snapshot.host)
    return UnitFile(texts).values("Service.EnvironmentFile").compactMap { entry in
      try? specifiers.expand(entry.hasPrefix("-") ? String(entry.dropFirst()) : entry)
    }
  }
}
