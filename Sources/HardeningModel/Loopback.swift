/// The addresses at which a host speaks to itself.
package enum Loopback {
  /// Whether a network (`127.0.0.0/8`), or a host with or without a port (`localhost:5000`), is on
  /// loopback and nothing more.
  package static func covers(_ text: String) -> Bool {
    var host = Substring(text)
    var bits: Int?
    if let slash = host.lastIndex(of: "/") {
      guard let number = Int(host[host.index(after: slash)...]) else { return false }
      bits = number
      host = host[..<slash]
    }
    if host.hasPrefix("[") {
      // A port after the address.
      guard let end = host.firstIndex(of: "]") else { return false }
      host = host[..<end].dropFirst()
    } else if host.filter({ $0 == ":" }).count == 1 {
      host = host[..<(host.firstIndex(of: ":") ?? host.endIndex)]
    }
    if host == "::1" { return bits ?? 128 == 128 }
    if host == "localhost" { return bits == nil }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false)
    return octets.count == 4 && octets.allSatisfy { UInt8($0) != nil } && octets[0] == "127"
      && (8...32).contains(bits ?? 32)
  }
}
