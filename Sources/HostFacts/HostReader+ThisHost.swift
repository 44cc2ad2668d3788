extension HostReader {
  /// Whether the host whose file system is at `directory` is this one, however the directory is
  /// written: its own root, by the same mount.
  package static func isThisHost(_ directory: String) -> Bool {
    guard let root = try? HostRoot(directory) else { return false }
    defer { root.close() }
    return root.isThisHost
  }
}
