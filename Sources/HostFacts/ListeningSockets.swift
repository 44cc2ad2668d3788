import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The TCP sockets on which a process listens, by the kernel's account: those in proc(5)'s `net/tcp`
/// that are among its descriptors.
struct ListeningSockets {
  let root: HostRoot

  private static let tableLimit = 16 << 20
  /// TCP_LISTEN, see the kernel's net/tcp_states.h.
  private static let listening: Substring = "0A"

  /// The addresses, e.g. `0.0.0.0:2375` and `[::1]:2376`, sorted.
  func addresses(of pid: Int) -> Reading<[String]> {
    do {
      var inodes: Set<Substring> = []
      for number in try root.entries(of: "/proc/\(pid)/fd") {
        guard let target = try? root.link(at: "/proc/\(pid)/fd/\(number)"),
          target.hasPrefix("socket:[")
        else { continue }
        inodes.insert(target.dropFirst(8).dropLast())
      }
      var addresses: [String] = []
      for table in ["tcp", "tcp6"] {
        do throws(ReadFailure) {
          addresses += try listeners(in: "/proc/\(pid)/net/\(table)").filter {
            inodes.contains($0.inode)
          }.map(\.address)
        } catch {
          // A kernel without IPv6 has no tcp6.
          if !(table == "tcp6" && error.isAbsence) { throw error }
        }
      }
      return .found(addresses.sorted())
    } catch {
      return .unreadable("\(error)")
    }
  }

  private typealias Listener = (address: String, inode: Substring)

  /// The listeners of a table. They come first in it, so that what follows need not be read: on a busy
  /// host that is long.
  private func listeners(in path: String) throws(ReadFailure) -> [Listener] {
    var text = ""
    do {
      let file = try root.open(path, flags: O_RDONLY)
      defer { try? file.close() }
      var bytes: [UInt8] = []
      while bytes.count < Self.tableLimit {
        let piece = try [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
          count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        bytes += piece
        text = String(decoding: bytes, as: UTF8.self)
        let last = text.split(separator: "\n").dropFirst().dropLast().last
        if piece.isEmpty { break }
        if let last, let state = Self.state(of: last), state != Self.listening { break }
      }
      guard bytes.count < Self.tableLimit else {
        throw ReadFailure("cannot read '\(path)': larger than \(Self.tableLimit) bytes")
      }
    } catch let failure as ReadFailure {
      throw failure
    } catch {
      throw ReadFailure(reading: path, error)
    }
    // The first line has the names of the columns.
    return text.split(separator: "\n").dropFirst().compactMap(Self.listener)
  }

  private static func state(of line: Substring) -> Substring? {
    let fields = line.split(separator: " ", maxSplits: 4)
    return fields.count > 3 ? fields[3] : nil
  }

  /// `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`
  private static func listener(_ line: Substring) -> Listener? {
    let fields = line.split(separator: " ")
    guard fields.count > 9, fields[3] == listening, let address = address(fields[1]) else {
      return nil
    }
    return (address, fields[9])
  }

  /// `0100007F:0947` as `127.0.0.1:2375`: each word of the address is written as a number of this
  /// machine.
  static func address(_ text: Substring) -> String? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let port = UInt16(parts[1], radix: 16),
      [8, 32].contains(parts[0].utf8.count)
    else { return nil }
    var bytes: [UInt8] = []
    var digits = parts[0]
    while !digits.isEmpty {
      guard let word = UInt32(digits.prefix(8), radix: 16) else { return nil }
      withUnsafeBytes(of: word) { bytes += $0 }
      digits = digits.dropFirst(8)
    }
    let isShort = bytes.count == 4
    var buffer = [CChar](repeating: 0, count: 64)
    guard inet_ntop(isShort ? AF_INET : AF_INET6, bytes, &buffer, socklen_t(buffer.count)) != nil
    else { return nil }
    let host = String(
      decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return isShort ? "\(host):\(port)" : "[\(host)]:\(port)"
  }
}
