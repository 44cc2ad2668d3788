import CSystemd

extension SystemBus {
  /// What is asked of a unit.
  package enum Job: String, Sendable {
    case restart = "RestartUnit"
  }

  /// Has systemd start the unit called `name`, and does not wait for its end. `false`, and nothing is asked,
  /// where it still runs since it was started before: systemd would not start it a second time.
  package func start(_ name: String) throws(SystemdError) -> Bool {
    if let unit = UnitObject(name), let state = text("ActiveState", of: unit),
      !["inactive", "failed"].contains(state)
    {
      return false
    }
    _ = try job("StartUnit", name)
    return true
  }

  /// Has systemd restart the unit called `name`, and waits until that is done.
  ///
  /// Throws where it fails, or takes longer than `patience`; systemd goes on with it then.
  package func run(
    _ job: Job, _ name: String, patience: Duration
  ) async throws(SystemdError) {
    let deadline = ContinuousClock.now + patience
    try listen()
    let path = try self.job(job.rawValue, name)
    while true {
      if let result = try resultOfJob(path) {
        guard result == "done" || result == "skipped" else {
          throw SystemdError(description: Self.words(for: result))
        }
        return
      }
      guard ContinuousClock.now < deadline else {
        throw SystemdError(description: "not done within \(patience.components.seconds) s")
      }
      // A thread that waits in sd_bus_wait would keep others from it.
      try? await Task.sleep(for: .milliseconds(10))
      guard !Task.isCancelled else { throw SystemdError(description: "cancelled") }
    }
  }

  /// Has systemd tell of jobs; on its own socket it does so without being asked.
  private func listen() throws(SystemdError) {
    guard !isDirect else { return }
    let rule =
      "type='signal',sender='\(Self.systemd)',interface='\(Self.managerInterface)',member='JobRemoved'"
    let bus = "org.freedesktop.DBus"
    sd_bus_message_unref(
      try call(
        "AddMatch", [.text(rule)], destination: bus, object: "/org/freedesktop/DBus",
        interface: bus))
    sd_bus_message_unref(try call("Subscribe", []))
  }

  /// How the job ended, where one of the messages that have come says so.
  private func resultOfJob(_ path: String) throws(SystemdError) -> String? {
    while true {
      var message: OpaquePointer?
      let result = sd_bus_process(bus, &message)
      try Self.check(result)
      if result == 0 { return nil }
      guard let message else { continue }
      defer { sd_bus_message_unref(message) }
      guard sd_bus_message_is_signal(message, Self.managerInterface, "JobRemoved") > 0 else {
        continue
      }
      var number: UInt32 = 0
      // The job's number and object, then its unit and its result.
      guard
        sd_bus_message_read_basic(message, CChar(bitPattern: UInt8(ascii: "u")), &number) > 0,
        Self.objectPath(in: message) == path, Self.string(in: message, "s") != nil
      else { continue }
      return Self.string(in: message, "s")
    }
  }

  private static func words(for result: String) -> String {
    switch result {
    case "failed": "it failed"
    case "timeout": "it took longer than its unit allows"
    case "dependency": "a unit that it needs failed"
    case "canceled": "another job took its place"
    default: "systemd says '\(result)'"
    }
  }
}
