import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The TCP sockets at which processes listen, by sock_diag(7) where that is at hand, else see the
/// kernel's `networking/proc_net_tcp`.
struct TCPListeners {
  let root: HostRoot

  /// The sockets that the process `pid` holds itself, told by their inodes, by address and port;
  /// `sockets` are all that it holds, where they have been read already.
  func held(by pid: Int, _ sockets: HeldSockets? = nil) -> Reading<[TCPListener]> {
    do throws(ReadFailure) {
      return .found(try listeners(of: pid, sockets))
    } catch {
      return .unreadable(error.description)
    }
  }

  func listeners(
    of pid: Int, _ sockets: HeldSockets? = nil
  ) throws(ReadFailure) -> [TCPListener] {
    let held = if let sockets { sockets } else { try HeldSockets(of: pid, root) }
    return try listening(beside: pid).filter { held.inodes.contains($0.key) }.values
      .sorted { ($0.port, $0.address) < ($1.port, $1.address) }
  }

  /// All that listen in the network namespace of `pid`, by the inode of their socket.
  private func listening(beside pid: Int) throws(ReadFailure) -> [UInt32: TCPListener] {
    let diagnosis = InetDiagnosis(root: root)
    if diagnosis.isAtHand, sharesNetwork(with: pid), let listeners = try? diagnosis.listeners() {
      return listeners
    }
    return try tables(beside: pid)
  }

  /// The same by `/proc/PID/net/tcp` and `tcp6`.
  func tables(beside pid: Int) throws(ReadFailure) -> [UInt32: TCPListener] {
    var sockets: [UInt32: TCPListener] = [:]
    for table in ["tcp", "tcp6"] {
      do throws(ReadFailure) {
        sockets.merge(try listening(in: "/proc/\(pid)/net/\(table)")) { first, _ in first }
      } catch {
        // A kernel without IPv6 has no such table.
        if !(table == "tcp6" && error.isAbsence) { throw error }
      }
    }
    return sockets
  }

  private func sharesNetwork(with pid: Int) -> Bool {
    let (own, other) = (
      try? root.link(at: "/proc/self/ns/net"), try? root.link(at: "/proc/\(pid)/ns/net")
    )
    return own != nil && own == other
  }

  private func listening(in path: String) throws(ReadFailure) -> [UInt32: TCPListener] {
    var listeners: [UInt32: TCPListener] = [:]
    for line in try heading(of: path).split(separator: UInt8(ascii: "\n")).dropFirst() {
      // sl local_address rem_address st queues tr:tm retrnsmt uid timeout inode …
      let fields = line.split(separator: UInt8(ascii: " "))
      guard fields.count > 9 else {
        throw ReadFailure("cannot read '\(path)': a line is too short")
      }
      guard fields[3].elementsEqual(Self.listen) else { break }
      let address = Substring(decoding: fields[1], as: UTF8.self)
      guard let listener = Self.listener(at: address) else {
        throw ReadFailure("cannot read '\(path)': '\(address)' is no address")
      }
      let inode = String(decoding: fields[9], as: UTF8.self)
      guard let inode = UInt32(inode) else {
        throw ReadFailure("cannot read '\(path)': '\(inode)' is no inode")
      }
      listeners[inode] = listener
    }
    return listeners
  }

  /// The state TCP_LISTEN.
  private static let listen = Array("0A".utf8)

  /// The table up to the first line of a socket that does not listen: those that do come first, and a
  /// busy host has a hundred thousand others.
  private func heading(of path: String) throws(ReadFailure) -> [UInt8] {
    do {
      let file = try root.open(path, flags: O_RDONLY)
      defer { try? file.close() }
      var bytes: [UInt8] = []
      while bytes.count < 16 << 20 {
        let piece = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
          count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        if piece.isEmpty { return bytes }
        bytes += piece
        // The last line may be cut off, and the first has the names of the columns.
        let complete = bytes.split(separator: UInt8(ascii: "\n")).dropFirst().dropLast()
        if let fields = complete.last?.split(separator: UInt8(ascii: " ")), fields.count > 3,
          !fields[3].elementsEqual(Self.listen)
        {
          return bytes
        }
      }
      throw ReadFailure("cannot read '\(path)': larger than \(16 << 20) bytes")
    } catch let failure as ReadFailure {
      throw failure
    } catch {
      throw ReadFailure(reading: path, error)
    }
  }

  /// `0100007F:0949`: the address as words of 32 bits in the byte order of the machine, in hexadecimal,
  /// and the port.
  static func listener(at text: Substring) -> TCPListener? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard text.allSatisfy({ $0.isHexDigit || $0 == ":" }), parts.count == 2,
      [8, 32].contains(parts[0].utf8.count), parts[1].utf8.count == 4,
      let port = UInt16(parts[1], radix: 16)
    else { return nil }
    var bytes: [UInt8] = []
    var digits = parts[0]
    while !digits.isEmpty {
      guard let word = UInt32(digits.prefix(8), radix: 16) else { return nil }
      withUnsafeBytes(of: word) { bytes += $0 }
      digits = digits.dropFirst(8)
    }
    return Self.text(of: bytes, family: bytes.count == 4 ? AF_INET : AF_INET6).map {
      TCPListener(address: $0, port: port)
    }
  }

  /// An address in words; its bytes come in the order of the network.
  static func text(of address: [UInt8], family: Int32) -> String? {
    guard (family == AF_INET && address.count >= 4) || (family == AF_INET6 && address.count >= 16)
    else { return nil }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(family, address, &text, socklen_t(text.count)) != nil else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
