import HardeningModel
import NIOHTTP1

extension EngineVersion {
  /// What both sides know, as far as `GET /_ping` tells, and else as `GET /version` does.
  ///
  /// Docker's own client asks `/_ping`, too. `/version` runs other programs to find out their
  /// versions and takes as long as all containers of a small host; it is asked only for the oldest
  /// API of an Engine that is newer than all we know, or where `/_ping` is withheld.
  ///
  /// - Throws: `EngineError.malformed` when the Engine does not say which API it speaks, and
  ///   `.unsupportedVersion` when it has left behind all that we know.
  static func negotiated(
    over connections: EngineConnections
  ) async throws(EngineError) -> EngineVersion {
    let ping = try await connections.answer(to: .init(target: "/_ping", name: "GET /_ping"))
    if let version = EngineVersion(ping: ping) { return version }
    let request = "GET /version"
    let answer = try await connections.answer(to: .init(target: "/version", name: request))
    return try EngineVersion(
      answer: answer.decoded(as: VersionAnswer.self, request: request), request: request)
  }

  /// What the header of a ping tells (Engine API, "SystemPing"), nil when that does not settle it.
  private init?(ping: Exchange.Answer) {
    guard ping.status.isSuccess,
      let newest = ping.headers.first(name: "Api-Version").flatMap({ APIVersion($0) }),
      newest <= .newestKnown
    else { return nil }
    version = ping.headers.first(name: "Server").flatMap { Self.engineVersion(server: $0) }
    apiVersion = newest
    minimumAPIVersion = nil
    negotiatedAPIVersion = newest
  }

  /// The `28.2.2` of `Docker/28.2.2 (linux)`.
  private static func engineVersion(server: String) -> String? {
    let product = server.prefix { $0 != " " }
    let name = "Docker/"
    guard product.hasPrefix(name), product != name else { return nil }
    return Printable.text(product.dropFirst(name.count), limit: 100)
  }

  /// The body of `GET /version` (Engine API, "SystemVersion"), as far as it is used here.
  private struct VersionAnswer: Decodable, Sendable {
    let version: String?
    let apiVersion: String
    let minimumAPIVersion: String?

    enum CodingKeys: String, CodingKey {
      case version = "Version"
      case apiVersion = "ApiVersion"
      case minimumAPIVersion = "MinAPIVersion"
    }
  }

  private init(answer: VersionAnswer, request: String) throws(EngineError) {
    func parse(_ text: String, _ field: String) throws(EngineError) -> APIVersion {
      if let version = APIVersion(text) { return version }
      throw .malformed(request: request, reason: "\(field) is not a version number")
    }
    version = answer.version.map { Printable.text($0, limit: 100) }
    apiVersion = try parse(answer.apiVersion, "ApiVersion")
    if let minimum = answer.minimumAPIVersion, !minimum.isEmpty {
      minimumAPIVersion = try parse(minimum, "MinAPIVersion")
    } else {
      minimumAPIVersion = nil
    }
    if let minimum = minimumAPIVersion, minimum > .newestKnown {
      throw .unsupportedVersion(
        engineMinimum: minimum.description, ours: APIVersion.newestKnown.description)
    }
    negotiatedAPIVersion = min(apiVersion, .newestKnown)
  }
}
