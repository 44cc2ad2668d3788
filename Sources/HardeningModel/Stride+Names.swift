extension Stride {
  /// The category in words, e.g. `elevation of privilege`.
  package var name: String {
    switch self {
    case .spoofing: "spoofing"
    case .tampering: "tampering"
    case .repudiation: "repudiation"
    case .informationDisclosure: "information disclosure"
    case .denialOfService: "denial of service"
    case .elevationOfPrivilege: "elevation of privilege"
    }
  }

  /// The category with this letter or name, in any case and with whatever between the words:
  /// `E`, `elevation-of-privilege`, `ElevationOfPrivilege`.
  package init?(named text: some StringProtocol) {
    func letters(_ text: some StringProtocol) -> String { text.lowercased().filter(\.isLetter) }
    let wanted = letters(text)
    guard
      let found = Self.allCases.first(where: {
        wanted == $0.rawValue.lowercased() || wanted == letters($0.name)
      })
    else { return nil }
    self = found
  }
}

extension Sequence<Stride> {
  /// The initials of the categories, in the order of the word STRIDE.
  package var initials: String {
    let categories = Set(self)
    return Stride.allCases.filter(categories.contains).map(\.rawValue).joined()
  }
}
