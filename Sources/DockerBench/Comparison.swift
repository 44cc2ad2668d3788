import _StringProcessing

/// What a value is compared with, and how.
package struct Comparison: Sendable, Equatable {
  package enum Operator: String, Sendable, CaseIterable {
    case eq, noteq, gt, gte, lt, lte, has, nothave, regex
    case validElements = "valid_elements"
    case bitmask
  }

  package var comparisonOperator: Operator
  package var value: String

  /// Throws a text for a value that its operator cannot have.
  package init(_ comparisonOperator: Operator, _ value: String) throws(Unfit) {
    self.comparisonOperator = comparisonOperator
    self.value = value
    switch comparisonOperator {
    case .gt, .gte, .lt, .lte:
      guard Self.integer(value) != nil else {
        throw Unfit("'\(value)' is no integer, which \(comparisonOperator.rawValue) compares with")
      }
    case .bitmask:
      guard Self.octal(value) != nil else {
        throw Unfit("'\(value)' is no octal number, as 644 is one")
      }
    case .regex:
      do { _ = try Regex(value) } catch {
        throw Unfit("'\(value)' is no regular expression: \(error)")
      }
    case .eq, .noteq, .has, .nothave, .validElements: break
    }
  }

  /// Why a comparison can never hold.
  package struct Unfit: Error, CustomStringConvertible {
    package var description: String
    init(_ description: String) { self.description = description }
  }

  /// Whether it holds for what an audit has said.
  package func holds(for actual: String) -> Bool {
    switch comparisonOperator {
    case .eq: Self.folded(actual) == value
    case .noteq: Self.folded(actual) != value
    case .gt: order(actual, >)
    case .gte: order(actual, >=)
    case .lt: order(actual, <)
    case .lte: order(actual, <=)
    // Without its letters in mind, as bytes: texts that look alike are not the same.
    case .has: value.isEmpty || actual.utf8.contains(value.utf8)
    case .nothave: !value.isEmpty && !actual.utf8.contains(value.utf8)
    case .regex: (try? Regex(value).firstMatch(in: actual)) != nil
    case .validElements: isSubset(actual)
    case .bitmask: isWithin(actual)
    }
  }

  /// The text, or in small letters what is `true` or `false` in any letters.
  private static func folded(_ text: String) -> String {
    let small = text.lowercased()
    return small == "true" || small == "false" ? small : text
  }

  private func order(_ actual: String, _ isOrdered: (Int, Int) -> Bool) -> Bool {
    guard let actual = Self.integer(actual), let value = Self.integer(value) else { return false }
    return isOrdered(actual, value)
  }

  private static func integer(_ text: String) -> Int? {
    let text = text.trimmed
    return text.utf8.allSatisfy { $0 != UInt8(ascii: "_") } ? Int(text) : nil
  }

  private static func octal(_ text: String) -> UInt64? {
    text.utf8.first == UInt8(ascii: "-") || text.utf8.first == UInt8(ascii: "+")
      ? nil : UInt64(text, radix: 8)
  }

  /// Of two lists with commas, whether each of the first is in the second; an empty one is a subset of
  /// an empty one alone.
  private func isSubset(_ actual: String) -> Bool {
    let (actual, allowed) = (Self.elements(actual), Self.elements(value))
    return actual.isEmpty == allowed.isEmpty && actual.allSatisfy(allowed.contains)
  }

  private static func elements(_ list: String) -> [String] {
    var list = list.trimmed[...]
    while list.hasSuffix(",") { list.removeLast() }
    if list.isEmpty { return [] }
    return list.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
  }

  /// Whether a mode has no bit that the value lacks.
  private func isWithin(_ actual: String) -> Bool {
    guard let actual = Self.octal(actual), let value = Self.octal(value) else { return false }
    return actual & ~value == 0
  }

  /// What is asked for, of the thing called `name`.
  func expectation(of name: String) -> String {
    let words =
      switch comparisonOperator {
      case .eq: value.isEmpty ? "to be empty" : "to be equal to '\(value)'"
      case .noteq: value.isEmpty ? "not to be empty" : "not to be equal to '\(value)'"
      case .gt: "to be greater than \(value)"
      case .gte: "to be \(value) or greater"
      case .lt: "to be less than \(value)"
      case .lte: "to be \(value) or less"
      case .has: "to have '\(value)'"
      case .nothave: "not to have '\(value)'"
      case .regex: "to match '\(value)'"
      case .validElements: "to have no elements but '\(value)'"
      case .bitmask: "to have no permissions beyond \(value)"
      }
    return "\(name) \(words)"
  }
}

extension String {
  /// Without white space at either end.
  var trimmed: String { String(self[...].trimmedSpace) }
}

extension Substring {
  fileprivate var trimmedSpace: Substring {
    var text = drop(while: \.isWhitespace)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
