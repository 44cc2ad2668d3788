import DockerEngine

/// The ids of an Engine's containers, as the directories are called that dockerd keeps for them.
///
/// To list its containers, dockerd reads the image of each; so the list costs it nearly as much as to inspect them all.
/// The names here are only what to ask for: which of them are containers, and whether those are all, the Engine
/// says itself.
enum ContainerDirectories {
  /// Where an Engine has them that listens at `endpoint`, unless it was told otherwise; `nil` where nobody knows.
  static func likely(for endpoint: EngineEndpoint) -> String? {
    endpoint == .standard ? "/var/lib/docker/containers" : nil
  }

  /// Sorted; none where there is no such directory.
  static func ids(in directory: String, of root: HostRoot) -> [String] {
    ((try? root.directories(in: directory)) ?? []).filter(isID)
  }

  private static func isID(_ name: String) -> Bool {
    name.utf8.count == 64
      && name.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
