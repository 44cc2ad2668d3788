import Foundation

/// The sandbox of the service, on a kernel whose audit rules and AppArmor are its own.
enum SandboxStages {
  /// What is judged alike in there, after the stage that made it so.
  static func stage(_ name: String, _ expected: [Expectation]) -> Stage {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    // Where it cannot be read, the stage fails: there is no such unit.
    let text = try? String(
      contentsOf: root.appending(path: "systemd/dockward.service"), encoding: .utf8)
    let unit = (text ?? "").replacing("@prefix@", with: "/usr")
    return Stage(
      name, runBy: "in-sandbox",
      """
      cat >/etc/systemd/system/dockward.service <<'END'
      \(unit)
      END
      cat >/usr/local/bin/in-sandbox <<'END'
      #!/bin/bash
      # Runs dockward once as the service is run; its last argument is the file that gets the report.
      set -euo pipefail
      file=${!#}
      mkdir -p /run/systemd/system/dockward.service.d
      {
        printf '[Service]\\nType=oneshot\\nWatchdogSec=0\\nRestart=no\\nExecReload=\\nExecStart=\\n'
        echo "ExecStart=/usr/bin/${*:1:$#-1} /var/lib/dockward/report.json"
      } >/run/systemd/system/dockward.service.d/test.conf
      systemctl daemon-reload
      systemctl start dockward.service
      cp /var/lib/dockward/report.json "$file"
      END
      chmod 755 /usr/local/bin/in-sandbox
      """, expected)
  }
}
