/// A span of time as people write it: `7d`, `24h`, `30m`.
package enum TimeSpan {
  /// Its length in seconds; `nil` for any other text.
  package static func seconds(_ text: String) -> Int? {
    let lengths: [Character: Int] = ["d": 86_400, "h": 3600, "m": 60]
    let digits = text.dropLast()
    guard let unit = text.last, let length = lengths[unit], (1...6).contains(digits.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits)
    else { return nil }
    return number * length
  }

  /// `seconds` so written, in the largest unit that it is a multiple of; in whole minutes at least.
  package static func text(_ seconds: Int) -> String {
    for (length, unit) in [(86_400, "d"), (3600, "h")] where seconds.isMultiple(of: length) {
      return "\(seconds / length)\(unit)"
    }
    return "\(seconds / 60)m"
  }
}
