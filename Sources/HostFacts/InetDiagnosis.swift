import CShims
import HardeningModel
import Netlink

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The TCP sockets that listen in this program's network namespace, by sock_diag(7): the kernel gives
/// those alone. For a table in `/proc/net` it looks through the place of every connection there could be.
struct InetDiagnosis {
  let root: HostRoot
  var patience: Duration = .seconds(1)

  /// `SOCK_DIAG_BY_FAMILY`
  private static let request: UInt16 = 20

  /// Whether the kernel can answer as it is: to ask may make it load a module, and an audit changes
  /// nothing.
  var isAtHand: Bool {
    guard root.isThisHost else { return false }
    func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
    // A kernel without modules has it built in, or not at all, and then refuses.
    return exists("/sys/module/tcp_diag") || !exists("/proc/modules")
  }

  /// The listeners, by the inode of their socket.
  func listeners() throws(NetlinkSocket.Failure) -> [UInt32: TCPListener] {
    let socket = try NetlinkSocket(
      family: dockward_netlink_sock_diag, deadline: .now + patience)
    defer { socket.close() }
    var listeners: [UInt32: TCPListener] = [:]
    for (family, sequence) in [(AF_INET, UInt32(1)), (AF_INET6, 2)] {
      let answers = try socket.answers(
        to: NetlinkMessage.request(
          Self.request, flags: .dump, sequence: sequence,
          payload: Self.question(family: UInt8(family))),
        type: Self.request, sequence: sequence
      ) { $0.type == NetlinkMessage.done }
      for answer in answers {
        do {
          let (inode, listener) = try Self.listener(answer)
          listeners[inode] = listener
        } catch {
          throw .malformed(error.description)
        }
      }
    }
    return listeners
  }

  /// `struct inet_diag_req_v2`: all sockets of TCP that listen.
  static func question(family: UInt8) -> [UInt8] {
    let listening: UInt32 = 1 << 10
    return [family, UInt8(IPPROTO_TCP), 0, 0] + withUnsafeBytes(of: listening) { Array($0) }
      + [UInt8](repeating: 0, count: 48)
  }

  /// What a `struct inet_diag_msg` says.
  static func listener(
    _ answer: ArraySlice<UInt8>
  ) throws(NetlinkMessage.Malformed) -> (UInt32, TCPListener) {
    var reader = NativeBytes(answer)
    let family = try reader.take(4).first
    let port = try reader.take(4).prefix(2).reduce(0) { $0 << 8 | UInt16($1) }
    let address = Array(try reader.take(16))
    _ = try reader.take(44)
    let inode = try reader.uint32()
    guard let text = TCPListeners.text(of: address, family: family.map(Int32.init) ?? 0) else {
      throw NetlinkMessage.Malformed("a socket of no known family")
    }
    return (inode, TCPListener(address: text, port: port))
  }
}
