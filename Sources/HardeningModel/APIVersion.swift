/// A version of the Engine API, as in `/v1.41/info`; 1.9 comes before 1.10.
package struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let major: Int
  package let minor: Int

  /// The newest whose answers this project has been tested against.
  package static let newestKnown = APIVersion(major: 1, minor: 52)

  package init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The version that `1.41` names; nil for anything but two decimal numbers.
  package init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part -> Int? in
      let isDecimal = part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      return isDecimal && part.count <= 4 ? Int(Substring(part)) : nil
    }
    guard parts.count == 2, numbers.count == 2 else { return nil }
    self.init(major: numbers[0], minor: numbers[1])
  }

  package static func < (left: APIVersion, right: APIVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  package var description: String { "\(major).\(minor)" }
}
