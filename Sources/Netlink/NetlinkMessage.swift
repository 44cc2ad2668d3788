/// One message of netlink(7).
package struct NetlinkMessage: Equatable {
  /// `NLMSG_ERROR`: a refusal, or with the number 0 an acknowledgement.
  package static let error: UInt16 = 2
  /// `NLMSG_DONE`: the last of several.
  package static let done: UInt16 = 3

  package var type: UInt16
  package var sequence: UInt32
  package var payload: ArraySlice<UInt8>

  package init(type: UInt16, sequence: UInt32, payload: ArraySlice<UInt8>) {
    self.type = type
    self.sequence = sequence
    self.payload = payload
  }

  private static let headerSize = 16

  /// A request, in the byte order of this machine; with `NLM_F_ACK` the kernel answers one that it
  /// accepts, too.
  package static func request(
    _ type: UInt16, flags: Flags = .acknowledged, sequence: UInt32, payload: [UInt8] = []
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    func append(_ number: some FixedWidthInteger) {
      withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
    }
    append(UInt32(headerSize + payload.count))
    append(type)
    append(flags.rawValue)
    append(sequence)
    // The kernel fills in the port of the sender.
    append(UInt32(0))
    return bytes + payload
  }

  /// How a request is to be answered.
  package enum Flags: UInt16 {
    /// `NLM_F_REQUEST | NLM_F_ACK`
    case acknowledged = 0x005
    /// `NLM_F_REQUEST | NLM_F_DUMP`: all there is, ended by `NLMSG_DONE`.
    case dump = 0x301
  }

  /// The messages of one datagram; throws where it is cut off or says it holds more than it does.
  package static func messages(in datagram: [UInt8]) throws(Malformed) -> [NetlinkMessage] {
    var messages: [NetlinkMessage] = []
    var rest = datagram[...]
    while !rest.isEmpty {
      var reader = NativeBytes(rest)
      let length = Int(try reader.uint32())
      let type = try reader.uint16()
      _ = try reader.uint16()
      let sequence = try reader.uint32()
      _ = try reader.uint32()
      guard length >= headerSize, length <= rest.count else {
        throw Malformed("a message of \(length) bytes in \(rest.count)")
      }
      messages.append(
        NetlinkMessage(
          type: type, sequence: sequence,
          payload: rest.prefix(length).dropFirst(headerSize)))
      // Each begins at a multiple of four.
      rest = rest.dropFirst((length + 3) & ~3)
    }
    return messages
  }

  /// What the kernel sent makes no sense.
  package struct Malformed: Error, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
  }
}

/// Numbers in the byte order of this machine, taken off the front of some bytes.
package struct NativeBytes {
  package private(set) var rest: ArraySlice<UInt8>

  package init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  package mutating func take(_ count: Int) throws(NetlinkMessage.Malformed) -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest.count else {
      throw NetlinkMessage.Malformed("\(count) bytes asked of \(rest.count)")
    }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  package mutating func uint32() throws(NetlinkMessage.Malformed) -> UInt32 {
    Self.number(try take(4))
  }

  package mutating func uint16() throws(NetlinkMessage.Malformed) -> UInt16 {
    Self.number(try take(2))
  }

  package mutating func uint32s(_ count: Int) throws(NetlinkMessage.Malformed) -> [UInt32] {
    var numbers: [UInt32] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count { numbers.append(try uint32()) }
    return numbers
  }

  private static func number<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> Number {
    bytes.withUnsafeBytes { $0.loadUnaligned(as: Number.self) }
  }
}
