/// The rows of every check.
enum Tables {
  static let all =
    FileTables.all + ofSecurity + ofTheHost + ofRunning + SwarmTables.all + ImageTables.all
    + OperationsTables.all

  private static let ofSecurity =
    ConfinementTables.all + SeccompTables.all + PrivilegesTables.all + NamespacesTables.all

  private static let ofTheHost =
    SensitiveMountsTables.all + AllowedMountsTables.all + SocketMountsTables.all + PortsTables.all
    + DefaultBridgeTables.all

  private static let ofRunning =
    ResourcesTables.all + DevicesTables.all + RuntimeTables.all + ProcessesTables.all
}
