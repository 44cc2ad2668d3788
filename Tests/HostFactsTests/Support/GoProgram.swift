/// A program of Go, as far as it tells how it was built: a file in ELF with one section of that.
struct GoProgram {
  /// Lines of build information, fields separated by tabs.
  var lines: [String]
  var isWide = true
  var isLittle = true
  /// Whether the section is laid out as before Go 1.18: with pointers to the texts.
  var hasPointers = false

  /// What `go version -m` says of Docker's client where Docker itself builds it.
  static func client(_ version: String) -> GoProgram {
    GoProgram(lines: [
      "path\tgithub.com/docker/cli/cmd/docker",
      "mod\tgithub.com/docker/cli\tv0.0.0-20250101000000-0123456789ab\t",
      "build\t-compiler=gc",
      #"build\#t-ldflags=" -X \"github.com/docker/cli/cli/version.GitCommit=0123456\" "#
        + #"-X \"github.com/docker/cli/cli/version.Version=\#(version)\" "#
        + #"-X \"github.com/docker/cli/cli/version.PlatformName=Docker Engine - Community\" -extldflags -static""#,
      "build\tCGO_ENABLED=1", "build\tGOARCH=amd64",
    ])
  }

  /// What it says where Debian builds it: without the flags of the linker.
  static let debian = GoProgram(lines: [
    "path\tgithub.com/docker/cli/cmd/docker", "build\t-compiler=gc", "build\t-tags=pkcs11",
    "build\t-trimpath=true",
  ])

  /// The content of the section `.go.buildinfo`.
  var section: [UInt8] {
    var bytes = [0xFF] + Array(" Go buildinf:".utf8) + [8, hasPointers ? 0 : 2]
    bytes += [UInt8](repeating: 0, count: 16)
    if hasPointers { return bytes }
    let mark = [UInt8](repeating: 0xA5, count: 16)
    for text in [Array("go1.24.4".utf8), mark + lines.map { $0 + "\n" }.joined().utf8 + mark] {
      var length = text.count
      while length >= 0x80 {
        bytes.append(UInt8(length & 0x7F) | 0x80)
        length >>= 7
      }
      bytes += [UInt8(length)] + text
    }
    return bytes
  }

  var bytes: [UInt8] { file(section: section) }

  /// A file with `section`, a section of names, and nothing else.
  func file(section: [UInt8]) -> [UInt8] {
    let names = Array("\0.go.buildinfo\0.shstrtab\0".utf8)
    let headerSize = isWide ? 64 : 52
    let entrySize = isWide ? 64 : 40
    let nameOffset = 64 + section.count
    let tableOffset = nameOffset + names.count
    var file = [0x7F] + Array("ELF".utf8) + [isWide ? 2 : 1, isLittle ? 1 : 2, 1]
    file += [UInt8](repeating: 0, count: 64 - file.count)
    put(tableOffset, isWide ? 0x28 : 0x20, isWide ? 8 : 4, &file)
    put(headerSize, isWide ? 0x34 : 0x28, 2, &file)
    put(entrySize, isWide ? 0x3A : 0x2E, 2, &file)
    put(3, isWide ? 0x3C : 0x30, 2, &file)
    put(2, isWide ? 0x3E : 0x32, 2, &file)
    file += section + names
    for (name, offset, size) in [(0, 0, 0), (1, 64, section.count), (15, nameOffset, names.count)] {
      var entry = [UInt8](repeating: 0, count: entrySize)
      put(name, 0, 4, &entry)
      put(offset, isWide ? 0x18 : 0x10, isWide ? 8 : 4, &entry)
      put(size, isWide ? 0x20 : 0x14, isWide ? 8 : 4, &entry)
      file += entry
    }
    return file
  }

  private func put(_ number: Int, _ place: Int, _ count: Int, _ bytes: inout [UInt8]) {
    for index in 0..<count {
      let shift = 8 * (isLittle ? index : count - 1 - index)
      bytes[place + index] = UInt8(truncatingIfNeeded: number >> shift)
    }
  }
}
