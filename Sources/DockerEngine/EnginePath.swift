/// The path and query of one request, without the version prefix.
///
/// It is written as a literal; whatever is interpolated is percent-encoded, so that an identifier
/// can be neither a further segment nor a further header: `"/containers/\(id)/json?size=1"`.
package struct EnginePath: Sendable, Hashable, CustomStringConvertible {
  package let text: String

  package var description: String { text }

  /// One container's details (Engine API, "ContainerInspect"), by id or name.
  package static func container(_ id: String) -> EnginePath { "/containers/\(id)/json" }

  /// One image's details (Engine API, "ImageInspect"), by id or reference.
  package static func image(_ id: String) -> EnginePath { "/images/\(id)/json" }
}

extension EnginePath: ExpressibleByStringInterpolation {
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 64 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) {
      text += literal
    }

    /// Appends `value` with everything but RFC 3986's unreserved characters percent-encoded.
    package mutating func appendInterpolation(_ value: String) {
      // Of an identifier all bytes are.
      if value.utf8.allSatisfy(Self.isUnreserved) { return text += value }
      for byte in value.utf8 {
        if Self.isUnreserved(byte) {
          text.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
          text += byte < 16 ? "%0" : "%"
          text += String(byte, radix: 16, uppercase: true)
        }
      }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        true
      default: false
      }
    }
  }

  package init(stringInterpolation: StringInterpolation) {
    self.init(stringLiteral: stringInterpolation.text)
  }

  package init(stringLiteral text: String) {
    precondition(
      text.utf8.first == UInt8(ascii: "/") && text.utf8.allSatisfy { (0x21...0x7E).contains($0) },
      "a path begins with a slash and is visible ASCII")
    self.text = text
  }
}
