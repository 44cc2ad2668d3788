import Systemd

/// The unit that walks the layers of images: it may see what the service itself may not.
enum Layers {
  private static let unit = "dockward-layers.service"
  /// It has a minute.
  private static let patience: Duration = .seconds(65)

  /// Has systemd run it, and waits for its end; returns why it failed, `nil` where it did not.
  static func walk() async -> String? {
    guard let bus = SystemBus(patience: .seconds(2)) else { return "systemd does not answer" }
    defer { bus.close() }
    do throws(SystemdError) {
      try await bus.run(.restart, unit, patience: patience)
      return nil
    } catch {
      return "'\(unit)': \(error)"
    }
  }
}
