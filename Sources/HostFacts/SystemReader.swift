import HardeningModel

/// The distribution and the kernel of a host.
struct SystemReader {
  let root: HostRoot

  func facts() -> SystemFacts {
    var facts = SystemFacts()
    facts.distribution = reading("/etc/os-release") { text in
      UnitFile.logicalLines(of: text).last { $0.hasPrefix("PRETTY_NAME=") }
        .map {
          CommandLine.split(String($0.dropFirst("PRETTY_NAME=".count))).joined(separator: " ")
        }
    }
    facts.kernel = reading("/proc/sys/kernel/osrelease") { $0.trimmed }
    return facts
  }

  private func reading(_ path: String, _ interpret: (String) -> String?) -> Reading<String> {
    do {
      let value = interpret(try root.text(of: path, limit: 65_536))
      return value.flatMap { $0.isEmpty ? nil : .found($0) } ?? .absent
    } catch {
      return error.isAbsence ? .absent : .unreadable(error.description)
    }
  }
}
