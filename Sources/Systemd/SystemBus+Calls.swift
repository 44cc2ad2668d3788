import CSystemd

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Why systemd did not do what it was asked to.
package struct SystemdError: Error, Equatable, CustomStringConvertible {
  /// What it says, or what the kernel says.
  package var description: String
}

/// What a method of systemd is called with. `sd_bus_call_method` is variadic, so that messages are put
/// together piece by piece.
enum MethodArgument {
  case text(String)
  case number(UInt32)
}

extension SystemBus {
  /// Has systemd read its units and its own configuration again.
  package func reloadUnits() throws(SystemdError) {
    sd_bus_message_unref(try call("Reload", []))
  }

  /// Forgets that a unit has failed, and how often it was started lately. A unit that is not loaded has
  /// nothing to forget, which is no error here.
  package func resetFailed(_ unit: String) {
    if let reply = try? call("ResetFailedUnit", [.text(unit)]) { sd_bus_message_unref(reply) }
  }

  /// The unit that a process belongs to, `nil` for one that belongs to none.
  package func unit(ofProcess pid: Int) -> UnitObject? {
    guard let number = UInt32(exactly: pid),
      let reply = try? call("GetUnitByPID", [.number(number)])
    else { return nil }
    defer { sd_bus_message_unref(reply) }
    return Self.objectPath(in: reply).map(UnitObject.init(path:))
  }

  /// Calls a method that takes a unit and makes a job of it; returns the job.
  func job(_ method: String, _ unit: String) throws(SystemdError) -> String {
    let reply = try call(method, [.text(unit), .text("replace")])
    defer { sd_bus_message_unref(reply) }
    guard let job = Self.objectPath(in: reply) else {
      throw SystemdError(description: "systemd did not name the job of '\(unit)'")
    }
    return job
  }

  /// The reply, which the caller lets go of.
  func call(
    _ method: String, _ arguments: [MethodArgument], destination: String = SystemBus.systemd,
    object: String = SystemBus.manager, interface: String = SystemBus.managerInterface
  ) throws(SystemdError) -> OpaquePointer {
    var message: OpaquePointer?
    try Self.check(
      sd_bus_message_new_method_call(bus, &message, destination, object, interface, method))
    defer { sd_bus_message_unref(message) }
    for argument in arguments {
      let result =
        switch argument {
        case .text(let text):
          text.withCString {
            sd_bus_message_append_basic(message, CChar(bitPattern: UInt8(ascii: "s")), $0)
          }
        case .number(let number):
          withUnsafePointer(to: number) {
            sd_bus_message_append_basic(message, CChar(bitPattern: UInt8(ascii: "u")), $0)
          }
        }
      try Self.check(result)
    }
    var error = sd_bus_error()
    defer { sd_bus_error_free(&error) }
    var reply: OpaquePointer?
    // As long as the connection says.
    let result = sd_bus_call(bus, message, 0, &error, &reply)
    if result < 0, let text = error.message {
      throw SystemdError(description: String(cString: text))
    }
    try Self.check(result)
    guard let reply else { throw SystemdError(description: "systemd did not answer") }
    return reply
  }

  static func check(_ result: Int32) throws(SystemdError) {
    guard result < 0 else { return }
    var text = strerror(-result).map { String(cString: $0) } ?? "error \(-result)"
    text = text.prefix(1).lowercased() + text.dropFirst()
    throw SystemdError(description: text)
  }

  /// The object path with which a message goes on.
  static func objectPath(in message: OpaquePointer) -> String? {
    string(in: message, "o")
  }

  static func string(in message: OpaquePointer, _ type: Unicode.Scalar) -> String? {
    var text: UnsafePointer<CChar>?
    let kind = CChar(truncatingIfNeeded: type.value)
    guard sd_bus_message_read_basic(message, kind, &text) > 0, let text else { return nil }
    return String(cString: text)
  }
}
