extension Change {
  /// How it is made.
  var onHost: any HostChange {
    switch self {
    case .attributes(let change): change
    case .contents(let change): change
    case .directory(let change): change
    case .auditRule(let change): change
    case .container(let change): change
    }
  }
}
