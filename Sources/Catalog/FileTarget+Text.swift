import HardeningModel

/// What the two checks of a thing say of themselves, and how a person mends it.
extension FileTarget {
  var ownerExplanation: Explanation {
    let demand =
      switch owner {
      case .root: "Each belongs to user 0 and group 0."
      case .apiGroup:
        """
        Each belongs to user 0 and to the group that dockerd was told to give its sockets to: \
        docker by default, and group 0 where there is no such group.
        """
      }
    return Explanation(
      reads: "\(found) The owner and the group are read, with links followed to the end.",
      passes: "\(demand) \(otherwise)",
      threat: """
        An owner other than root can at any time take the right to \(access) it. Whoever does so \
        \(gain).
        """)
  }

  var modeExplanation: Explanation {
    Explanation(
      reads: "\(found) The permission bits are read, with links followed to the end.",
      passes: """
        None has a bit beyond \(allowedModes), setuid, setgid and sticky included; fewer are fine. \
        \(otherwise)
        """,
      threat: "Whoever else the mode lets \(access) it \(gain).")
  }

  var ownerAdvice: String {
    switch (owner, parts.contains { $0.kind == .socket }) {
    case (.apiGroup, _):
      """
      Run chown root:docker SOCKET, with the group that dockerd is told to use in place of docker. \
      To make it last, set SocketUser=root and SocketGroup= in a drop-in of docker.socket where \
      systemd opens the socket, else "group" in daemon.json.
      """
    case (.root, true):
      """
      Run chown root:root SOCKET. To make it last, leave uid and gid in section grpc of \
      containerd's config.toml at 0.
      """
    case (.root, false): "Run chown root:root on each file that is named."
    }
  }

  var modeAdvice: String {
    let commands = parts.map { part in
      let what =
        switch part.role {
        case .registryCertificates: "CERTIFICATE"
        case .registryKeys: "KEY"
        case .etcDocker: "/etc/docker"
        default: part.kind == .socket ? "SOCKET" : "FILE"
        }
      return "chmod \(removal(beyond: part.allowed)) \(what)"
    }
    let advice = "Run \(commands.joined(separator: " and ")), which leaves at most \(allowedModes)."
    switch parts.first?.role {
    case .apiSocket:
      return advice + """
         To make it last, set SocketMode=0660 in a drop-in of docker.socket, where systemd opens the \
        socket; dockerd itself makes it so.
        """
    case .containerdSocket: return advice + " containerd makes it so when it starts again."
    default: return advice
    }
  }

  private var allowedModes: String {
    parts.map { octal($0.allowed) }.joined(separator: ", private keys ")
  }

  /// When there is no verdict of pass or fail.
  private var otherwise: String {
    let isUnit = parts.contains { [.dockerService, .dockerSocketUnit].contains($0.role) }
    return
      "Not applicable where there is none\(isUnit ? " or it is masked" : ""); unknown where it cannot be looked at or is of another kind."
  }

  /// The argument of chmod(1) that takes away every bit that `allowed` does not have.
  private func removal(beyond allowed: UInt16) -> String {
    let classes: [(name: String, shift: UInt16, special: UInt16, letter: String)] = [
      ("u", 6, 0o4000, "s"), ("g", 3, 0o2000, "s"), ("o", 0, 0o1000, "t"),
    ]
    return classes.map { entry in
      var letters = ""
      for (bit, letter) in [(UInt16(4), "r"), (2, "w"), (1, "x")]
      where allowed >> entry.shift & bit == 0 {
        letters += letter
      }
      if allowed & entry.special == 0 { letters += entry.letter }
      return "\(entry.name)-\(letters)"
    }.joined(separator: ",")
  }
}
