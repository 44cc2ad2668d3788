import HardeningModel

/// What systemd opens for a service, by its socket unit, see systemd.socket(5).
struct SocketUnit {
  /// The values of `ListenStream=`, their specifiers resolved.
  let streams: [String]
  /// The Unix sockets, and as what they are made.
  let activated: ActivatedSocket

  init(_ unit: UnitFile, specifiers: UnitSpecifiers) throws(ReadFailure) {
    var streams: [String] = []
    for value in unit.values("Socket.ListenStream") { streams.append(try specifiers.expand(value)) }
    self.streams = streams
    activated = ActivatedSocket(
      paths: streams.filter { $0.hasPrefix("/") }, mode: unit.values("Socket.SocketMode").last,
      user: unit.values("Socket.SocketUser").last, group: unit.values("Socket.SocketGroup").last)
  }

  /// The paths of Unix sockets.
  var paths: [String] { activated.paths }

  /// The TCP addresses; a port alone is that of every address.
  var addresses: [String] {
    streams.filter { !$0.hasPrefix("/") && !$0.hasPrefix("@") && !$0.hasPrefix("vsock:") }
      .map { UInt16($0) == nil ? $0 : "[::]:\($0)" }
  }
}
