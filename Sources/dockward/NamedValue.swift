import ArgumentParser

/// A value of which there are a few, each with a name.
///
/// To ArgumentParser the options of `check` are texts and flags, and which value a text names is looked at in
/// `validate()`: each further type is one more that the parser has the runtime make at every start.
protocol NamedValue: ExpressibleByArgument, RawRepresentable<String> {}

extension NamedValue {
  /// The value that was given to `option`; throws a `ValidationError` for a name of none.
  init(named name: String, option: String) throws {
    guard let value = Self(rawValue: name) else {
      throw ValidationError(option: option, name, isNoneOf: Self.allValueStrings)
    }
    self = value
  }
}

extension ValidationError {
  init(option: String, _ word: String, isNoneOf known: [String]) {
    self.init("--\(option): '\(word)' is none of \(known.joined(separator: ", "))")
  }
}
