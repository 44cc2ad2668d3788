import Documents
import HardeningModel

/// What the Engine says of an image's own configuration and past, while it is being reduced. It holds
/// secrets, so it is neither printed nor written anywhere.
package struct ImageDescription: Decodable, Sendable {
  package var id: String
  package var created: String?
  package var configuration: Configuration?
  package var graphDriver: GraphDriver?
  package var rootFileSystem: RootFileSystem?
  package var tags: [String]?
  package var digests: [String]?
  package var size: Int?

  private enum CodingKeys: String, CodingKey {
    case id = "Id"
    case created = "Created"
    case configuration = "Config"
    case graphDriver = "GraphDriver"
    case rootFileSystem = "RootFS"
    case tags = "RepoTags"
    case digests = "RepoDigests"
    case size = "Size"
  }

  /// Members that are empty are left out by some Engines, and `null` from others.
  package struct Configuration: Decodable, Sendable {
    package var environment: [String]?
    package var labels: [String: String]?
    package var healthcheck: Container.Healthcheck?

    private enum CodingKeys: String, CodingKey {
      case environment = "Env"
      case labels = "Labels"
      case healthcheck = "Healthcheck"
    }
  }

  package struct GraphDriver: Decodable, Sendable {
    package var name: String?
    package var data: [String: String]?

    private enum CodingKeys: String, CodingKey {
      case name = "Name"
      case data = "Data"
    }
  }

  package struct RootFileSystem: Decodable, Sendable {
    /// The digests of the layers, from the lowest.
    package var layers: [String]?

    private enum CodingKeys: String, CodingKey { case layers = "Layers" }
  }
}

extension ImageDescription {
  /// Its health check: only how it is run.
  package var healthCheck: Reading<String> {
    guard let configuration else { return .unreadable("the Engine did not report Config") }
    guard let words = configuration.healthcheck?.kind.value, let first = words.first else {
      return .absent
    }
    return .found(Printable.text(first, limit: 40))
  }

  /// The secrets in its environment and labels.
  package var secrets: Reading<[SecretTrace]> {
    guard let configuration else { return .unreadable("the Engine did not report Config") }
    var traces: [SecretTrace] = []
    for entry in configuration.environment ?? [] {
      traces += SecretScanner.traces(inAssignment: entry, place: "ENV")
    }
    for (key, value) in (configuration.labels ?? [:]).sorted(by: { $0.key < $1.key }) {
      traces += SecretScanner.traces(inAssignment: "\(key)=\(value)", place: "label")
    }
    return .found(traces.unique(atMost: ImageHistory.itemLimit))
  }

  /// How many layers it has.
  package var layerCount: Reading<Int> {
    guard let rootFileSystem else { return .unreadable("the Engine did not report RootFS") }
    return .found(rootFileSystem.layers?.count ?? 0)
  }
}

/// One item of `GET /images/{id}/history`.
package struct HistoryItem: Decodable, Sendable {
  package var createdBy: String?
  package var id: String?
  package var tags: [String]?

  private enum CodingKeys: String, CodingKey {
    case createdBy = "CreatedBy"
    case id = "Id"
    case tags = "Tags"
  }

  package init(_ createdBy: String, id: String? = nil, tags: [String]? = nil) {
    self.createdBy = createdBy
    self.id = id
    self.tags = tags
  }
}

extension ImageHistory {
  /// How many findings of a kind are kept of one image.
  package static let itemLimit = 1000

  /// The history in these items, which the Engine lists from the newest to the oldest.
  package init(reducing items: [HistoryItem]) {
    self.init(stepCount: items.count)
    var isUntouched = true
    for (index, item) in items.reversed().enumerated() {
      let number = index + 1
      let step = HistoryStep(createdBy: item.createdBy ?? "")
      let place = "history step \(number) (\(step.instruction.isEmpty ? "?" : step.instruction))"
      secrets += SecretScanner.traces(in: item.createdBy ?? "", place: place)
      switch step.instruction {
      case "ADD": additions.append(Addition(step, number: number, isFirst: isUntouched))
      case "RUN": judge(step, number)
      default: break
      }
      if !step.isOfMetadata { isUntouched = false }
      if let id = item.id, id != "<missing>", index < items.count - 1, item.tags?.isEmpty == false {
        bases.append(Base(step: number, id: Printable.text(id, limit: 100)))
      }
    }
    secrets = secrets.unique(atMost: Self.itemLimit)
    bases = Array(bases.suffix(Self.itemLimit))
  }

  private mutating func judge(_ step: HistoryStep, _ number: Int) {
    let commands = PackageCommand.all(in: ShellScript(step.text))
    var refreshed: [(PackageCommand.Family, String)] = []
    var unseen: String?
    var installing: Set<PackageCommand.Family> = []
    for command in commands {
      switch command {
      case .refresh(let family, let text):
        if !refreshed.contains(where: { $0.0 == family }) { refreshed.append((family, text)) }
      case .install(let family, let text, let unverified):
        let isNew = installing.insert(family).inserted
        if isNew || !unverified.isEmpty {
          installations.append(
            Installation(step: number, command: text, unverified: unverified))
        }
      case .unseen(let name): unseen = unseen ?? name
      case .other: break
      }
    }
    for (family, text) in refreshed where !installing.contains(family) {
      refreshes.append(Refresh(step: number, command: text, mayInstall: unseen))
    }
  }
}

extension ImageHistory.Addition {
  /// `isFirst` where no step before it made a file.
  fileprivate init(_ step: HistoryStep, number: Int, isFirst: Bool) {
    let words = step.text.split(separator: " ").map(String.init)
    let target = words.last ?? ""
    var sources = words.dropLast().filter { !$0.hasPrefix("--") }
    // The classic builder writes `file:DIGEST in /`.
    let isDigest = sources.last == "in"
    if isDigest { sources.removeLast() }
    let isArchive =
      isDigest
      ? sources.first?.hasPrefix("file:") == true : sources.first.map(Self.isArchive) == true
    self.init(
      step: number,
      what: "ADD "
        + (sources.prefix(3).map(Self.shown) + [Self.shown(target)]).joined(separator: " "),
      isRootFileSystem: isFirst && target == "/" && sources.count == 1 && isArchive)
  }

  /// Whether ADD unpacks a file of this name, as those of base images are called.
  private static func isArchive(_ name: String) -> Bool {
    let endings = [".tar", ".tgz", ".txz", ".tbz2", ".tzst", ".gz", ".xz", ".bz2", ".zst"]
    return !name.contains("://") && endings.contains { name.lowercased().hasSuffix($0) }
  }

  /// A source or target, without what an address holds besides host and path, and without anything that
  /// looks like a secret.
  private static func shown(_ word: String) -> String {
    guard SecretScanner.traces(in: word, place: "").isEmpty else { return "[redacted]" }
    guard let scheme = word.firstPlace(of: "://") else { return Printable.text(word, limit: 80) }
    let rest = word[scheme.upperBound...].prefix { $0 != "?" && $0 != "#" }
    let authority = rest.prefix { $0 != "/" }
    let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    let path = rest.dropFirst(authority.count)
    return Printable.text("\(word[..<scheme.lowerBound])://\(host)\(path)", limit: 80)
  }
}

extension Array where Element: Hashable {
  /// Each once, in this order, the first of them.
  fileprivate func unique(atMost limit: Int) -> [Element] {
    var seen: Set<Element> = []
    var result: [Element] = []
    for element in self where result.count < limit && seen.insert(element).inserted {
      result.append(element)
    }
    return result
  }
}
