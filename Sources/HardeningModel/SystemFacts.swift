/// What runs on a host below Docker.
package struct SystemFacts: Codable, Sendable, Equatable {
  /// e.g. `Debian GNU/Linux 13 (trixie)`.
  package var distribution: Reading<String> = .unreadable("'/etc/os-release' was not read")
  /// The release of the running kernel.
  package var kernel: Reading<String> = .unreadable("the kernel's release was not read")

  package init() {}
}
