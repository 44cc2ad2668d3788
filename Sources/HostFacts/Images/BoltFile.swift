/// A database of bbolt, read as a file: containerd keeps there which snapshot has which layer.
///
/// The program that writes it holds a lock for as long as it runs, so it is read without. A committed
/// tree is not written over by the transaction after it, and the file is read at once; whoever reads it
/// compares `transaction` before and after.
struct BoltFile {
  /// The newest transaction that was committed.
  let transaction: UInt64
  private let bytes: [UInt8]
  private let pageSize: Int
  private let root: Bucket

  struct Malformed: Error { var reason: String }

  /// A bucket: at a page, or within the value that names it.
  struct Bucket {
    fileprivate var page: Page
  }

  fileprivate enum Page {
    case numbered(UInt64)
    case inline(Int)
  }

  private static let magic: UInt32 = 0xED0C_DAED

  init(_ bytes: [UInt8]) throws(Malformed) {
    self.bytes = bytes
    var newest: (transaction: UInt64, root: UInt64, pageSize: Int)?
    // The two meta pages; the second lies one page on, and how large one is says either.
    for offset in [0, 4096, 8192, 16384, 32768, 65536] {
      guard let meta = Self.meta(bytes, at: offset) else { continue }
      guard offset == 0 || offset == meta.pageSize else { continue }
      if let old = newest, old.transaction >= meta.transaction { continue }
      newest = meta
    }
    guard let newest else { throw Malformed(reason: "it has no valid meta page") }
    transaction = newest.transaction
    pageSize = newest.pageSize
    root = Bucket(page: .numbered(newest.root))
  }

  private static func meta(
    _ bytes: [UInt8], at offset: Int
  ) -> (transaction: UInt64, root: UInt64, pageSize: Int)? {
    let start = offset + 16
    guard bytes.count >= start + 64, integer(bytes, start, 4) == UInt64(magic),
      integer(bytes, start + 4, 4) == 2
    else { return nil }
    // FNV-1a over all before the checksum.
    let checksum = bytes[start..<(start + 56)].reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    let size = Int(integer(bytes, start + 8, 4))
    guard integer(bytes, start + 56, 8) == checksum, (1024...65536).contains(size) else {
      return nil
    }
    return (integer(bytes, start + 48, 8), integer(bytes, start + 16, 8), size)
  }

  private static func integer(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
  }

  /// The bucket of this name below the root, and below others.
  func bucket(_ path: String...) throws(Malformed) -> Bucket? {
    var bucket = root
    for name in path {
      var found: Bucket?
      try forEach(in: bucket) { key, _, inner in
        if key.elementsEqual(name.utf8) { found = inner }
      }
      guard let found else { return nil }
      bucket = found
    }
    return bucket
  }

  /// Calls `body` with each key of `bucket`, its value, and the bucket that it names if it names one.
  func forEach(
    in bucket: Bucket,
    _ body: (ArraySlice<UInt8>, ArraySlice<UInt8>, Bucket?) throws(Malformed) -> Void
  ) throws(Malformed) {
    var budget = 1_000_000
    try forEach(at: bucket.page, depth: 0, &budget, body)
  }

  private func forEach(
    at page: Page, depth: Int, _ budget: inout Int,
    _ body: (ArraySlice<UInt8>, ArraySlice<UInt8>, Bucket?) throws(Malformed) -> Void
  ) throws(Malformed) {
    guard depth < 32 else { throw Malformed(reason: "its pages nest too deep") }
    let start: Int
    switch page {
    case .inline(let offset): start = offset
    case .numbered(let number):
      guard number < UInt64(bytes.count / pageSize) else {
        throw Malformed(reason: "a page is missing")
      }
      start = Int(number) * pageSize
    }
    guard start + 16 <= bytes.count else { throw Malformed(reason: "a page is cut off") }
    let flags = try number(start + 8, 2)
    let count = Int(try number(start + 10, 2))
    let isLeaf = flags & 2 != 0
    guard isLeaf || flags & 1 != 0 else { throw Malformed(reason: "a page is of no known kind") }
    for index in 0..<count {
      budget -= 1
      guard budget > 0 else { throw Malformed(reason: "it has too many entries") }
      let element = start + 16 + index * 16
      guard isLeaf else {
        try forEach(at: .numbered(try number(element + 8, 8)), depth: depth + 1, &budget, body)
        continue
      }
      let keyStart = element + Int(try number(element + 4, 4))
      let valueStart = keyStart + Int(try number(element + 8, 4))
      let valueEnd = valueStart + Int(try number(element + 12, 4))
      guard valueEnd <= bytes.count else { throw Malformed(reason: "an entry is cut off") }
      let value = bytes[valueStart..<valueEnd]
      var inner: Bucket?
      if try number(element, 4) & 1 != 0 {
        guard value.count >= 16 else { throw Malformed(reason: "a bucket is cut off") }
        let page = try number(valueStart, 8)
        inner = Bucket(page: page == 0 ? .inline(valueStart + 16) : .numbered(page))
      }
      try body(bytes[keyStart..<valueStart], value, inner)
    }
  }

  private func number(_ offset: Int, _ count: Int) throws(Malformed) -> UInt64 {
    guard offset + count <= bytes.count else { throw Malformed(reason: "a page is cut off") }
    return Self.integer(bytes, offset, count)
  }
}
