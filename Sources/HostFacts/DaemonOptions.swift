import HardeningModel

/// What kind of value a setting of dockerd has.
enum DaemonOptionKind: Sendable {
  case bool, text
  /// A list of the file; a flag that may be given many times.
  case list
  /// An object of texts in the file; a flag that may be given many times, as `name=value`.
  case map
  /// An object of objects in the file; a flag that may be given many times, as `name=soft:hard`.
  case limits
}

extension DaemonSettings.Key {
  var kind: DaemonOptionKind {
    switch self {
    case .debug, .experimental, .icc, .iptables, .liveRestore, .noNewPrivileges, .rootless, .tls,
      .tlsVerify, .userlandProxy:
      .bool
    case .bridge, .cgroupParent, .containerd, .execRoot, .group, .logDriver, .logLevel,
      .metricsAddress, .pidFile, .seccompProfile, .storageDriver, .tlsCA, .tlsCertificate, .tlsKey,
      .usernsRemap:
      .text
    case .authorizationPlugins, .hosts, .insecureRegistries, .storageOptions: .list
    case .logOptions: .map
    case .defaultUlimits: .limits
    }
  }

  /// The long flag; most are called as in the file.
  var flag: String {
    switch self {
    case .authorizationPlugins: "authorization-plugin"
    case .defaultUlimits: "default-ulimit"
    case .hosts: "host"
    case .insecureRegistries: "insecure-registry"
    case .logOptions: "log-opt"
    case .storageOptions: "storage-opt"
    default: rawValue
    }
  }

  static let byFlag: [String: DaemonSettings.Key] = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0.flag, $0) })
}

extension DaemonSettings {
  /// An option of the logging driver as it is kept: some are passwords, so only addresses have their
  /// value.
  static func logOption(_ name: String, _ value: String) -> String {
    name.hasSuffix("-address") && !value.contains("@") ? "\(name)=\(value)" : name
  }

  /// Adds an item to a list.
  mutating func append(_ item: String, to key: Key) {
    self[key] = .list((list(key) ?? []) + [item])
  }
}
