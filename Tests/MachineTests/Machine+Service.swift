import Foundation
import TestSupport

extension Machine {
  /// Installs the service and starts it; returns when its first pass is over. What flaps is told
  /// each time.
  func startService(_ configuration: String = "") throws {
    try install()
    try shell(
      """
      mkdir -p /etc/dockward
      cat >/etc/dockward/dockward.yaml <<'END'
      flapping: {changes: 1000, window: 1m, rest: 1m}
      \(configuration)
      END
      systemctl start dockward
      for try in $(seq 600); do
        journalctl -q --sync
        [ -n "$(journalctl -q -n 1 -o cat -t dockward DOCKWARD_EVENT=scan)" ] && exit 0
        sleep 0.05
      done
      systemctl status dockward >&2; journalctl -u dockward >&2
      exit 1
      """)
  }

  /// What systemd says of the service, e.g. `NRestarts`.
  func serviceProperty(_ name: String) throws -> String {
    try shell("systemctl show -P \(name) dockward").trimmed
  }
}

extension String {
  var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
