/// The directories of a host that no container should see into.
package enum SystemDirectories {
  package static let standardDataRoot = "/var/lib/docker"

  /// Those that count with all that lies beneath them; `/`, which holds everything, counts only as
  /// itself and is not among them.
  package static func trees(dataRoot: String?) -> [String] {
    ["/boot", "/dev", "/etc", "/lib", "/proc", "/root", "/sys", "/usr"]
      + [dataRoot ?? standardDataRoot]
  }
}
