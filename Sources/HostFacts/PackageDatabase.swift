#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// dpkg's database, see deb-control(5) and dpkg-query(1): which package has a file.
struct PackageDatabase {
  let root: HostRoot

  struct Package: Equatable {
    var name: String
    /// Without its epoch, e.g. `26.1.5+dfsg1-9`.
    var version: String
  }

  private static let directory = "/var/lib/dpkg"

  /// The package that has a file by one of the names `paths`, of those that `names` lists; `nil` where
  /// none of them has.
  func owner(of paths: [String], among names: [String]) throws(ReadFailure) -> Package? {
    for name in names {
      let list: [UInt8]
      do throws(ReadFailure) {
        list = try root.contents(of: "\(Self.directory)/info/\(name).list")
      } catch {
        if error.isAbsence { continue }
        throw error
      }
      let files = list.split(separator: UInt8(ascii: "\n"))
      guard paths.contains(where: { path in files.contains { $0.elementsEqual(path.utf8) } }) else {
        continue
      }
      return try version(of: name).map { Package(name: name, version: $0) }
    }
    return nil
  }

  /// The version of an installed package.
  private func version(of name: String) throws(ReadFailure) -> String? {
    var status = try root.contents(of: "\(Self.directory)/status", limit: 32 << 20)
    // For C, which ends a text with a NUL.
    status.append(0)
    // Each paragraph but the first one follows an empty line.
    let field = "Package: \(name)\n"
    let isFirst = status.starts(with: field.utf8)
    guard let place = isFirst ? 0 : Self.place(of: "\n" + field, in: status).map({ $0 + 1 }) else {
      return nil
    }
    // The characters of the whole rest would take longer than all else.
    let end = Self.place(of: "\n\n", in: status, from: place) ?? status.count
    let paragraph = String(decoding: status[place..<end].prefix(65_536), as: UTF8.self)
    var version: Substring?
    for line in paragraph.utf8.split(separator: UInt8(ascii: "\n")).map({ Substring($0) }) {
      if line.hasPrefix("Version: ") { version = line.dropFirst("Version: ".count) }
      if line.hasPrefix("Status: "), !line.hasSuffix(" installed") { return nil }
    }
    return version.map { String($0.split(separator: ":", maxSplits: 1).last ?? $0) }
  }

  private static func place(of line: String, in text: [UInt8], from offset: Int = 0) -> Int? {
    text.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
        let found = strstr(start + offset, line)
      else { return nil }
      return UnsafePointer(found) - start
    }
  }
}
