import HardeningModel

/// Where an Engine listens: the path of a Unix socket.
///
/// Engines behind TCP or SSH are not this host's, so no other kind of endpoint can be expressed.
package struct EngineEndpoint: Sendable, Hashable, CustomStringConvertible {
  /// Absolute, without control characters, and short enough for `sun_path`.
  package let socketPath: String

  /// Where dockerd listens unless told otherwise.
  package static let standard = EngineEndpoint(socketPath: "/var/run/docker.sock")

  /// `sun_path` of unix(7) has 108 bytes, the last of which is the NUL.
  static let longestPath = 107

  private init(socketPath: String) {
    self.socketPath = socketPath
  }

  /// The endpoint that `unix:///run/docker.sock` or `/run/docker.sock` names.
  ///
  /// - Throws: `EngineError.badEndpoint` for every other form, and for a path that no socket
  ///   address can hold.
  package init(parsing text: String) throws(EngineError) {
    func refuse(_ reason: String) -> EngineError {
      .badEndpoint(Printable.text(text, limit: 200), reason: reason)
    }
    guard !text.isEmpty else { throw refuse("it is empty") }
    let path: Substring
    if text.hasPrefix("unix://") {
      path = text.dropFirst("unix://".count)
    } else if let scheme = Self.scheme(of: text) {
      throw refuse("'\(Printable.text(scheme, limit: 20))' is not supported, only 'unix' is")
    } else {
      path = text[...]
    }
    guard path.utf8.first == UInt8(ascii: "/") else { throw refuse("the path is not absolute") }
    guard !path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw refuse("the path contains a control character")
    }
    guard path.utf8.count <= Self.longestPath else {
      throw refuse("the path is longer than \(Self.longestPath) bytes")
    }
    self.init(socketPath: String(path))
  }

  package var description: String { "unix://\(socketPath)" }

  /// What stands before `://`, if anything does.
  private static func scheme(of text: String) -> Substring? {
    guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
    return text[..<colon]
  }
}
