import HardeningModel

extension HostSnapshot {
  /// What the Engine says of itself (`GET /info`); throws where that is not known.
  func engineInfo() throws -> EngineInfo {
    switch engine {
    case .unreadable(let reason): throw CannotTell(reason)
    case .absent: throw CannotTell("the Engine was not asked")
    case .found(let facts):
      switch facts.info {
      case .unreadable(let reason): throw CannotTell(reason)
      case .absent: throw CannotTell("the Engine does not answer GET /info")
      case .found(let info): return info
      }
    }
  }

  /// The Engine's security options; throws where they are not known.
  func securityOptions() throws -> [SecurityOption] {
    try engineInfo().securityOptions.known("SecurityOptions", null: []).map(SecurityOption.init)
  }
}
