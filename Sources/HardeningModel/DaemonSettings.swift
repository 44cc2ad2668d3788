/// What dockerd was told, by its flags or by its configuration file, under the names of the file.
/// dockerd refuses to start when both give the same setting.
package struct DaemonSettings: Sendable, Equatable {
  package private(set) var values: [Key: Value] = [:]
  /// Only a flag has it.
  package var configurationFile: String?

  /// The settings that checks judge or that decide which files are judged.
  package enum Key: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
    case authorizationPlugins = "authorization-plugins"
    case bridge
    case cgroupParent = "cgroup-parent"
    case containerd
    case debug
    case defaultUlimits = "default-ulimits"
    case execRoot = "exec-root"
    case experimental
    case group
    case hosts
    case icc
    case insecureRegistries = "insecure-registries"
    case iptables
    case liveRestore = "live-restore"
    case logDriver = "log-driver"
    case logLevel = "log-level"
    case logOptions = "log-opts"
    case metricsAddress = "metrics-addr"
    case noNewPrivileges = "no-new-privileges"
    case pidFile = "pidfile"
    case rootless
    case seccompProfile = "seccomp-profile"
    case storageDriver = "storage-driver"
    case storageOptions = "storage-opts"
    case tls
    case tlsCA = "tlscacert"
    case tlsCertificate = "tlscert"
    case tlsKey = "tlskey"
    case tlsVerify = "tlsverify"
    case userlandProxy = "userland-proxy"
    case usernsRemap = "userns-remap"
  }

  /// A map of the file is a list of `name=value`, as its flag has it.
  package enum Value: Sendable, Equatable {
    case bool(Bool)
    case text(String)
    case list([String])
  }

  package init() {}

  package subscript(key: Key) -> Value? {
    get { values[key] }
    set { values[key] = newValue }
  }

  package func bool(_ key: Key) -> Bool? {
    if case .bool(let value) = values[key] { value } else { nil }
  }

  package func text(_ key: Key) -> String? {
    if case .text(let value) = values[key] { value } else { nil }
  }

  package func list(_ key: Key) -> [String]? {
    if case .list(let value) = values[key] { value } else { nil }
  }

  /// These settings, with those of `other` where these have none.
  package func filled(from other: DaemonSettings) -> DaemonSettings {
    var result = self
    result.values.merge(other.values) { own, _ in own }
    return result
  }
}

extension DaemonSettings {
  package var hosts: [String]? {
    get { list(.hosts) }
    set { self[.hosts] = newValue.map(Value.list) }
  }
  package var group: String? {
    get { text(.group) }
    set { self[.group] = newValue.map(Value.text) }
  }
  package var containerd: String? {
    get { text(.containerd) }
    set { self[.containerd] = newValue.map(Value.text) }
  }
  package var execRoot: String? {
    get { text(.execRoot) }
    set { self[.execRoot] = newValue.map(Value.text) }
  }
  package var pidFile: String? {
    get { text(.pidFile) }
    set { self[.pidFile] = newValue.map(Value.text) }
  }
  package var tls: Bool? {
    get { bool(.tls) }
    set { self[.tls] = newValue.map(Value.bool) }
  }
  package var tlsVerify: Bool? {
    get { bool(.tlsVerify) }
    set { self[.tlsVerify] = newValue.map(Value.bool) }
  }
  package var tlsCA: String? {
    get { text(.tlsCA) }
    set { self[.tlsCA] = newValue.map(Value.text) }
  }
  package var tlsCertificate: String? {
    get { text(.tlsCertificate) }
    set { self[.tlsCertificate] = newValue.map(Value.text) }
  }
  package var tlsKey: String? {
    get { text(.tlsKey) }
    set { self[.tlsKey] = newValue.map(Value.text) }
  }
  package var noNewPrivileges: Bool? {
    get { bool(.noNewPrivileges) }
    set { self[.noNewPrivileges] = newValue.map(Value.bool) }
  }
}

extension DaemonSettings: Codable {
  private enum CodingKeys: String, CodingKey {
    case values = "settings"
    case configurationFile = "config-file"
  }
}

extension DaemonSettings.Value: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else {
      self = .list(try container.decode([String].self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .bool(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    }
  }
}
