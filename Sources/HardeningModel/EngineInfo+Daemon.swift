extension EngineInfo {
  /// How the Engine deals with registries.
  package struct Registries: LenientObject, Sendable, Equatable {
    /// Networks whose registries need not prove who they are, e.g. `127.0.0.0/8`.
    package var insecureNetworks: Field<[String]> = .missing
    /// By the host, and port, of the registry.
    package var indexes: Field<[String: Index]> = .missing

    private enum CodingKeys: String, CodingKey {
      case insecureNetworks = "InsecureRegistryCIDRs"
      case indexes = "IndexConfigs"
    }

    package init() {}
  }

  package struct Index: LenientObject, Sendable, Equatable {
    package var secure: Field<Bool> = .missing

    private enum CodingKeys: String, CodingKey { case secure = "Secure" }

    package init() {}
  }

  package struct Plugins: LenientObject, Sendable, Equatable {
    /// In the order in which they are asked; `null` for none.
    package var authorization: Field<[String]> = .missing

    private enum CodingKeys: String, CodingKey { case authorization = "Authorization" }

    package init() {}
  }
}

/// The built-in network `bridge`.
package struct DefaultBridge: Codable, Sendable, Equatable {
  /// The options of its driver, e.g. `com.docker.network.bridge.enable_icc`.
  package var options: Field<[String: String]> = .missing

  private enum CodingKeys: String, CodingKey { case options = "Options" }

  package init() {}
}
