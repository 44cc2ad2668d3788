import CSystemd

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A connection to systemd over the system bus, see sd-bus(3) and org.freedesktop.systemd1(5).
package struct SystemBus {
  let bus: OpaquePointer
  /// Whether systemd itself is at the other end, and no bus daemon between.
  let isDirect: Bool

  static let systemd = "org.freedesktop.systemd1"
  static let manager = "/org/freedesktop/systemd1"
  static let managerInterface = "org.freedesktop.systemd1.Manager"

  /// The socket on which systemd itself serves root, as `systemctl` uses it: no message has to pass
  /// through the bus daemon, which need not even run.
  private static let privateSocket = "unix:path=/run/systemd/private"

  /// Connects; `nil` where there is nobody to connect to. Each call may take as long as `patience`.
  package init?(patience: Duration) {
    if let bus = Self.connectDirectly() {
      (self.bus, isDirect) = (bus, true)
    } else if let bus = Self.connectToBus() {
      (self.bus, isDirect) = (bus, false)
    } else {
      return nil
    }
    sd_bus_set_method_call_timeout(bus, UInt64(max(1, patience / .microseconds(1))))
  }

  private static func connectDirectly() -> OpaquePointer? {
    guard geteuid() == 0 else { return nil }
    var bus: OpaquePointer?
    guard sd_bus_new(&bus) >= 0, let bus else { return nil }
    guard sd_bus_set_address(bus, privateSocket) >= 0, sd_bus_start(bus) >= 0 else {
      sd_bus_unref(bus)
      return nil
    }
    return bus
  }

  private static func connectToBus() -> OpaquePointer? {
    var bus: OpaquePointer?
    return sd_bus_open_system(&bus) >= 0 ? bus : nil
  }

  package func close() { sd_bus_close_unref(bus) }

  /// What systemd gives to each service, as `NAME=VALUE`; `nil` where it did not answer.
  package func environment() -> [String]? {
    texts(Self.manager, Self.managerInterface, "Environment")
  }
}

/// A unit as the bus knows it.
package struct UnitObject: Equatable, Sendable {
  /// Its object path.
  package let path: String

  package init(path: String) { self.path = path }

  /// The unit called `name`, whether there is such a unit or not.
  package init?(_ name: String) {
    var object: UnsafeMutablePointer<CChar>?
    guard sd_bus_path_encode("/org/freedesktop/systemd1/unit", name, &object) >= 0, let object
    else { return nil }
    defer { free(object) }
    path = String(cString: object)
  }
}

/// Properties; `nil` where systemd did not answer.
extension SystemBus {
  /// A property that every unit has.
  package func text(_ property: String, of unit: UnitObject) -> String? {
    text(unit.path, "org.freedesktop.systemd1.Unit", property)
  }

  package func texts(_ property: String, of unit: UnitObject) -> [String]? {
    texts(unit.path, "org.freedesktop.systemd1.Unit", property)
  }

  /// Whether a unit's files have changed since systemd read them.
  package func isStale(_ unit: UnitObject) -> Bool? {
    var isStale: Int32 = 0
    let result = sd_bus_get_property_trivial(
      bus, Self.systemd, unit.path, "org.freedesktop.systemd1.Unit", "NeedDaemonReload", nil,
      CChar(bitPattern: UInt8(ascii: "b")), &isStale)
    return result >= 0 ? isStale != 0 : nil
  }

  /// The main process of a service; 0 while it has none.
  package func mainProcess(of service: UnitObject) -> Int? {
    var pid: UInt32 = 0
    let result = sd_bus_get_property_trivial(
      bus, Self.systemd, service.path, "org.freedesktop.systemd1.Service", "MainPID", nil,
      CChar(bitPattern: UInt8(ascii: "u")), &pid)
    return result >= 0 ? Int(pid) : nil
  }

  private func text(_ object: String, _ interface: String, _ property: String) -> String? {
    var value: UnsafeMutablePointer<CChar>?
    guard
      sd_bus_get_property_string(bus, Self.systemd, object, interface, property, nil, &value) >= 0,
      let value
    else { return nil }
    defer { free(value) }
    return String(cString: value)
  }

  private func texts(_ object: String, _ interface: String, _ property: String) -> [String]? {
    var values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    guard
      sd_bus_get_property_strv(bus, Self.systemd, object, interface, property, nil, &values) >= 0
    else { return nil }
    // An empty list comes as no array at all.
    guard let values else { return [] }
    defer { free(values) }
    var texts: [String] = []
    var index = 0
    while let value = values[index] {
      texts.append(String(cString: value))
      free(value)
      index += 1
    }
    return texts
  }
}
