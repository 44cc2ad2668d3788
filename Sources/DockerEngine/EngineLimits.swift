/// How much of an Engine one pass may take, and how much it takes from an Engine.
package struct EngineLimits: Sendable, Hashable {
  /// Requests of one `getAll` that are under way at a time, and idle connections that are kept.
  package var connections: Int
  /// From a request's start to the end of its answer, connecting included.
  package var callTimeout: Duration
  /// Bytes of one answer's body.
  package var bodyBytes: Int
  /// Bytes of one answer's header fields, and of a chunked body's trailer.
  package var headerBytes: Int

  package init(
    connections: Int = 4, callTimeout: Duration = .seconds(5), bodyBytes: Int = 8 << 20,
    headerBytes: Int = 64 << 10
  ) {
    precondition(connections > 0 && bodyBytes > 0 && headerBytes > 0)
    self.connections = connections
    self.callTimeout = callTimeout
    self.bodyBytes = bodyBytes
    self.headerBytes = headerBytes
  }
}
