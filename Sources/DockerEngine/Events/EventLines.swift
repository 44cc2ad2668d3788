import NIOCore

/// Lines of a stream that comes in pieces, each at most `limit` bytes long.
struct EventLines {
  enum Line: Equatable {
    /// Without its end; never empty.
    case whole([UInt8])
    /// It was longer than the limit; told once, when that shows.
    case tooLong
  }

  let limit: Int
  private var begun: [UInt8] = []
  private var isSkipping = false

  init(limit: Int) { self.limit = limit }

  /// Calls `tell` for each line that ends in `piece`.
  mutating func take(_ piece: ByteBuffer, _ tell: (Line) -> Void) {
    var rest = piece.readableBytesView[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      append(rest[..<end], tell)
      rest = rest[rest.index(after: end)...]
      if !begun.isEmpty, !isSkipping { tell(.whole(begun)) }
      begun.removeAll(keepingCapacity: begun.capacity <= 16 << 10)
      isSkipping = false
    }
    append(rest, tell)
  }

  private mutating func append(_ part: ByteBufferView, _ tell: (Line) -> Void) {
    guard !isSkipping else { return }
    guard part.count <= limit - begun.count else {
      begun.removeAll()
      isSkipping = true
      return tell(.tooLong)
    }
    begun += part
  }
}
