/// The rows of every check.
enum Tables {
  static let all =
    HostTables.all + AuditTables.all + FileTables.all + ofSecurity + ofTheHost + ofRunning
    + SwarmTables.all + DaemonTables.all + ofTheSwarm

  private static let ofTheSwarm =
    SwarmClusterTables.all + EnterpriseTables.all + ContentTrustTables.all

  private static let ofSecurity =
    ConfinementTables.all + SeccompTables.all + PrivilegesTables.all + NamespacesTables.all

  private static let ofTheHost =
    SensitiveMountsTables.all + AllowedMountsTables.all + SocketMountsTables.all + PortsTables.all
    + DefaultBridgeTables.all

  private static let ofRunning =
    ResourcesTables.all + DevicesTables.all + RuntimeTables.all + ProcessesTables.all
}
