import CShims
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A conversation with the kernel over netlink(7).
package struct NetlinkSocket {
  private let descriptor: FileDescriptor
  private let deadline: ContinuousClock.Instant

  private static let datagramLimit = 65_536
  private static let messageLimit = 20_000

  /// Why there is no answer.
  package enum Failure: Error, Equatable {
    /// What the kernel said, or what the call said.
    case refused(Errno)
    case tooLate
    case tooMuch
    case malformed(String)
  }

  /// Connects to one of the kernel's families, e.g. `NETLINK_AUDIT`; the caller calls `close()`.
  package init(family: Int32, deadline: ContinuousClock.Instant) throws(Failure) {
    let number = dockward_netlink_open(family)
    guard number >= 0 else { throw .refused(Errno(rawValue: errno)) }
    descriptor = FileDescriptor(rawValue: number)
    self.deadline = deadline
  }

  package func close() { try? descriptor.close() }

  /// The payloads of the answers of type `type` to one request, up to the message that `isLast` says is
  /// the last one.
  package func answers(
    to request: [UInt8], type: UInt16, sequence: UInt32, isLast: (NetlinkMessage) -> Bool
  ) throws(Failure) -> [ArraySlice<UInt8>] {
    try send(request)
    var payloads: [ArraySlice<UInt8>] = []
    for _ in 0..<Self.messageLimit {
      guard let datagram = try datagram() else { continue }
      let messages: [NetlinkMessage]
      do { messages = try NetlinkMessage.messages(in: datagram) } catch {
        throw .malformed(error.description)
      }
      // What is left of an earlier request is no answer to this one.
      for message in messages where message.sequence == sequence {
        if message.type == NetlinkMessage.error {
          try Self.acknowledge(message)
          continue
        }
        if message.type == type { payloads.append(message.payload) }
        if isLast(message) { return payloads }
      }
    }
    throw .tooMuch
  }

  /// Returns when the kernel has done what one request asks for; throws what it says against it.
  ///
  /// Where it fails otherwise than by `.refused`, the kernel may have done it all the same.
  package func confirmation(of request: [UInt8], sequence: UInt32) throws(Failure) {
    try send(request)
    for _ in 0..<Self.messageLimit {
      guard let datagram = try datagram() else { continue }
      let messages: [NetlinkMessage]
      do { messages = try NetlinkMessage.messages(in: datagram) } catch {
        throw .malformed(error.description)
      }
      for message in messages
      where message.sequence == sequence && message.type == NetlinkMessage.error {
        return try Self.acknowledge(message)
      }
    }
    throw .tooMuch
  }

  /// Throws where the kernel refuses; the number 0 only says that it does not.
  package static func acknowledge(_ message: NetlinkMessage) throws(Failure) {
    var reader = NativeBytes(message.payload)
    guard let number = try? reader.uint32() else { throw .malformed("an error without a number") }
    let negative = Int32(bitPattern: number)
    if negative != 0 { throw .refused(Errno(rawValue: negative == .min ? EIO : -negative)) }
  }

  private func send(_ bytes: [UInt8]) throws(Failure) {
    let count = bytes.withUnsafeBytes {
      dockward_netlink_send(descriptor.rawValue, $0.baseAddress, $0.count)
    }
    guard count >= 0 else { throw .refused(Errno(rawValue: errno)) }
  }

  /// The next datagram of the kernel; `nil` where there was one of somebody else.
  private func datagram() throws(Failure) -> [UInt8]? {
    try waitForInput()
    var bytes = [UInt8](repeating: 0, count: Self.datagramLimit)
    var sender: UInt32 = 0
    let count = bytes.withUnsafeMutableBytes {
      dockward_netlink_receive(descriptor.rawValue, $0.baseAddress, $0.count, &sender)
    }
    guard count >= 0 else {
      if errno == EAGAIN || errno == EINTR { return nil }
      throw .refused(Errno(rawValue: errno))
    }
    // Any process may send to this socket, but only the kernel has the port 0.
    guard sender == 0 else { return nil }
    guard count <= bytes.count else { throw .tooMuch }
    return Array(bytes[..<count])
  }

  private func waitForInput() throws(Failure) {
    var poll = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    while true {
      let left = (deadline - ContinuousClock.now) / .milliseconds(1)
      guard left > 0 else { throw .tooLate }
      let count = Glibc.poll(&poll, 1, Int32(left.rounded(.up)))
      if count > 0 { return }
      if count < 0, errno != EINTR { throw .refused(Errno(rawValue: errno)) }
    }
  }
}
