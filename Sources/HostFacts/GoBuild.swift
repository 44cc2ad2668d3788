/// What Go's linker wrote into a program about how it was built, see `debug/buildinfo` in Go's library.
/// A few hundred bytes of the file are read, however large it is.
struct GoBuild {
  /// The package of its function `main`; `nil` where that is not told, as before Go 1.18.
  private(set) var mainPackage: String?
  /// The flags of the linker.
  private var linkerFlags = ""

  /// Throws where the file cannot be read, or is no program in ELF that Go made.
  init(of file: FileBytes) throws {
    guard let section = try ELFSections(file).section(".go.buildinfo") else {
      throw ReadFailure("it is no program of Go")
    }
    let bytes = try file.read(section.size, at: section.offset)
    // A magic of 14 bytes, the size of a pointer, and flags, of which 2 says that texts follow at 32.
    guard bytes.count >= 32, bytes.starts(with: [0xFF] + Array(" Go buildinf:".utf8)) else {
      throw ReadFailure("it is no program of Go")
    }
    guard bytes[15] & 2 != 0 else { return }
    var rest = bytes[32...]
    // Go's own version comes first. The second text stands between two marks of 16 bytes.
    guard Self.text(&rest) != nil, let text = Self.text(&rest), text.count > 32 else { return }
    for line in text.dropFirst(16).dropLast(16).split(separator: UInt8(ascii: "\n")) {
      let fields = String(decoding: line, as: UTF8.self).split(separator: "\t")
      if fields.count == 2, fields[0] == "path" { mainPackage = String(fields[1]) }
      if fields.count == 2, fields[0] == "build", fields[1].hasPrefix("-ldflags=") {
        linkerFlags = String(fields[1])
      }
    }
  }

  /// What the linker was told to put into a variable (`-X VARIABLE=VALUE`).
  func value(of variable: String) -> String? {
    var rest = Substring(linkerFlags)
    while let place = rest.firstPlace(of: variable + "=") {
      // The whole name, after white space or a quote.
      let isWhole = rest[..<place.lowerBound].last.map { " \"'\t".contains($0) } ?? false
      rest = rest[place.upperBound...]
      guard isWhole else { continue }
      let value = rest.prefix { !" \"'\\\t".contains($0) }
      return value.isEmpty ? nil : String(value)
    }
    return nil
  }

  /// A text after its length, which is in groups of seven bits, the lowest first; taken off `bytes`.
  private static func text(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var length = 0
    for shift in stride(from: 0, to: 28, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      length |= Int(byte & 0x7F) << shift
      guard byte & 0x80 != 0 else {
        guard length <= bytes.count else { return nil }
        defer { bytes = bytes.dropFirst(length) }
        return bytes.prefix(length)
      }
    }
    return nil
  }
}

/// The sections of a program in ELF, see elf(5): of either word size and byte order.
struct ELFSections {
  struct Section {
    var offset: Int
    var size: Int
  }

  private var sections: [(name: String, Section)] = []

  init(_ file: FileBytes) throws {
    let start = try file.read(min(64, file.size), at: 0)
    guard start.count == 64, start.starts(with: [0x7F] + Array("ELF".utf8)),
      [1, 2].contains(start[4]), [1, 2].contains(start[5])
    else { throw ReadFailure("it is no program in ELF") }
    let isWide = start[4] == 2
    let isLittle = start[5] == 1
    func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) throws -> Int {
      guard offset + count <= bytes.count else { throw ReadFailure("its sections are damaged") }
      let field = bytes[offset..<offset + count]
      let value = (isLittle ? Array(field.reversed()) : Array(field)).reduce(UInt64(0)) {
        $0 << 8 | UInt64($1)
      }
      guard let number = Int(exactly: value) else { throw ReadFailure("its sections are damaged") }
      return number
    }
    let word = isWide ? 8 : 4
    let place = try number(start, isWide ? 0x28 : 0x20, word)
    let size = try number(start, isWide ? 0x3A : 0x2E, 2)
    let count = try number(start, isWide ? 0x3C : 0x30, 2)
    let names = try number(start, isWide ? 0x3E : 0x32, 2)
    guard size >= (isWide ? 64 : 40), size <= 256, count <= 1024, names < count else {
      throw ReadFailure("its sections are damaged")
    }
    let table = try file.read(size * count, at: place)
    func section(_ index: Int) throws -> Section {
      let start = index * size
      return Section(
        offset: try number(table, start + (isWide ? 0x18 : 0x10), word),
        size: try number(table, start + (isWide ? 0x20 : 0x14), word))
    }
    let nameSection = try section(names)
    guard nameSection.size <= 65_536 else { throw ReadFailure("its sections are damaged") }
    let text = try file.read(nameSection.size, at: nameSection.offset)
    for index in 0..<count {
      let start = try number(table, index * size, 4)
      guard start <= text.count else { throw ReadFailure("its sections are damaged") }
      let name = String(decoding: text[start...].prefix { $0 != 0 }, as: UTF8.self)
      sections.append((name, try section(index)))
    }
  }

  func section(_ name: String) -> Section? { sections.first { $0.name == name }?.1 }
}
