/// Which events are asked for.
enum EventQuery {
  /// What changes anything that is judged. What comes and goes all the time and changes nothing, such as
  /// `exec_create` and `health_status`, is not sent at all.
  ///
  /// The Engine compares beginnings of actions where `exec_start` is among them (moby,
  /// `daemon/events/filter.go`), since the action itself goes on with the command.
  static let actions = [
    "connect", "create", "delete", "demote", "destroy", "die", "disable", "disconnect", "enable",
    "exec_die", "exec_start", "import", "install", "load", "pause", "promote", "pull", "reload",
    "remove", "rename", "restart", "start", "tag", "unpause", "untag", "update", "upgrade",
  ]

  /// The path of the stream. `since`, nanoseconds since 1970, is a time before the question: the Engine
  /// answers first and begins to listen for us afterwards, and so sends what happened in between.
  ///
  /// It has no version prefix: any version that the Engine likes best will do.
  static func path(since: Int64) -> EnginePath {
    let wanted = actions.map { "\"\($0)\":true" }.joined(separator: ",")
    let nanoseconds = String(since % 1_000_000_000)
    let fraction = String(repeating: "0", count: 9 - nanoseconds.count) + nanoseconds
    return
      "/events?since=\("\(since / 1_000_000_000).\(fraction)")&filters=\("{\"event\":{\(wanted)}}")"
  }
}
