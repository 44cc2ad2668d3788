/// What systemd opens for a service, by its socket unit, see systemd.socket(5).
struct SocketUnit {
  /// The values of `ListenStream=`, their specifiers resolved.
  let streams: [String]

  init(_ unit: UnitFile, specifiers: UnitSpecifiers) throws(ReadFailure) {
    var streams: [String] = []
    for value in unit.values("Socket.ListenStream") { streams.append(try specifiers.expand(value)) }
    self.streams = streams
  }

  /// The paths of Unix sockets.
  var paths: [String] { streams.filter { $0.hasPrefix("/") } }

  /// The TCP addresses; a port alone is that of every address.
  var addresses: [String] {
    streams.filter { !$0.hasPrefix("/") && !$0.hasPrefix("@") && !$0.hasPrefix("vsock:") }
      .map { UInt16($0) == nil ? $0 : "[::]:\($0)" }
  }
}
