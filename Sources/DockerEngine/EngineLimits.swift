/// How much of an Engine one pass may take, and how much it takes from an Engine.
package struct EngineLimits: Sendable, Hashable {
  /// Connections that one `getAll` uses at a time, and idle ones that are kept.
  package var connections: Int
  /// Requests of one `getAll` that are under way at a time on one connection.
  package var requestsPerConnection: Int
  /// From a request's start, or the end of the answer before it on its connection, to the end of its
  /// answer.
  package var callTimeout: Duration
  /// Bytes of one answer's body.
  package var bodyBytes: Int
  /// Bytes of one answer's header fields, and of a chunked body's trailer.
  package var headerBytes: Int

  package init(
    connections: Int = 4, requestsPerConnection: Int = 16, callTimeout: Duration = .seconds(5),
    bodyBytes: Int = 8 << 20, headerBytes: Int = 64 << 10
  ) {
    precondition(
      connections > 0 && requestsPerConnection > 0 && bodyBytes > 0 && headerBytes > 0)
    self.connections = connections
    self.requestsPerConnection = requestsPerConnection
    self.callTimeout = callTimeout
    self.bodyBytes = bodyBytes
    self.headerBytes = headerBytes
  }
}
