/// A pattern for images that a site trusts: a repository (`registry.example/team/*`), a tag of one
/// (`debian:12*`), a digest in one (`debian@sha256:…`), or a digest or image id alone (`sha256:…`).
package struct TrustedImage: Sendable, Equatable {
  package let pattern: String
  private let kind: Kind

  private enum Kind: Sendable, Equatable {
    case repository(Glob)
    case tag(Glob)
    case digest
    case repositoryDigest
  }

  /// `nil` where it could match nothing.
  package init?(_ pattern: String) {
    self.pattern = pattern
    let last = pattern.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    if pattern.isEmpty || last.isEmpty || pattern.contains(where: \.isWhitespace) { return nil }
    if pattern.hasPrefix("sha256:") {
      guard Self.isDigest(pattern) else { return nil }
      kind = .digest
    } else if let at = pattern.firstIndex(of: "@") {
      guard at != pattern.startIndex, Self.isDigest(String(pattern[pattern.index(after: at)...]))
      else {
        return nil
      }
      kind = .repositoryDigest
    } else if last.contains(":") {
      guard !last.hasPrefix(":"), !last.hasSuffix(":") else { return nil }
      kind = .tag(Glob(Self.canonical(pattern)))
    } else {
      kind = .repository(Glob(Self.canonical(pattern)))
    }
  }

  private static func isDigest(_ text: String) -> Bool {
    let digits = text.utf8.dropFirst(7)
    return text.hasPrefix("sha256:") && digits.count == 64
      && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// Whether it covers the image that the Engine lists under `name`, a tag or a digest.
  package func matches(_ name: String) -> Bool {
    switch kind {
    case .repository(let glob): glob.matches(Self.canonical(Self.repository(name)))
    case .tag(let glob): !name.contains("@") && glob.matches(Self.canonical(name))
    case .digest: name.split(separator: "@").last.map { $0 == pattern } ?? false
    case .repositoryDigest: Self.canonical(name) == Self.canonical(pattern)
    }
  }

  package func matches(id: String) -> Bool { kind == .digest && id == pattern }

  /// The repository of a name: without tag and digest.
  package static func repository(_ name: String) -> String {
    let name = name.split(separator: "@", maxSplits: 1).first ?? ""
    let last = name.split(separator: "/").last ?? ""
    guard let colon = last.firstIndex(of: ":") else { return String(name) }
    return String(name.dropLast(last[colon...].count))
  }

  /// With the registry: `debian` is `docker.io/library/debian`. A pattern that begins with a star stays
  /// as it is.
  private static func canonical(_ name: String) -> String {
    if name.hasPrefix("*") { return name }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first, parts.count > 1 else { return "docker.io/library/\(name)" }
    let isRegistry = first.contains(".") || first.contains(":") || first == "localhost"
    if first == "index.docker.io" {
      return canonical("docker.io/" + parts.dropFirst().joined(separator: "/"))
    }
    if first == "docker.io", parts.count == 2 { return "docker.io/library/\(parts[1])" }
    return isRegistry ? name : "docker.io/\(name)"
  }
}
