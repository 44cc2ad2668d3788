import CShims
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Runs audits: what a definitions file has the shell do. It is the only thing that ever starts a shell.
///
/// Each has a session of its own, without a terminal; a time, and an amount of output, after which it and all
/// that it has started is killed; and an environment that hardly depends on who runs it.
package struct AuditRunner: Sendable {
  /// How long one audit may take.
  package var patience: Duration = .seconds(10)
  /// The most that is kept of its output, in bytes.
  package var outputLimit = 1 << 20

  private let environment: [String: String]
  private let witness: DockerWitness?
  /// Where there can be none, audits wait on the threads that all tasks share.
  private let threads = AuditThreads()

  /// What came of one audit.
  package struct Outcome: Sendable, Equatable {
    /// Both outputs as they came, without white space at the end.
    package var output = ""
    /// Why nothing can be concluded from it; empty where something can.
    package var faults: [String] = []
    /// Which commands of the Docker client failed, and how, in words.
    package var failedCommands: [String] = []
  }

  /// Of `environment` what the Docker client reads is kept. With a `witness`, its failures are seen.
  package init(environment: [String: String], witness: DockerWitness? = nil) {
    var kept = environment.filter { Self.keptVariables.contains($0.key) }
    kept["PATH"] = ((witness.map { [$0.directory] } ?? []) + Self.path).joined(separator: ":")
    kept["LC_ALL"] = "C"
    kept["HOME"] = geteuid() == 0 ? "/root" : environment["HOME"] ?? "/"
    self.environment = kept
    self.witness = witness
    // What an audit leaves behind is then found.
    _ = dockward_adopt_descendants()
  }

  /// Where programs are looked for.
  package static let path = [
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
  ]

  /// What tells the Docker client which Engine to ask, and how.
  package static let keptVariables: Set<String> = [
    "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS",
    "DOCKER_TLS_VERIFY", "DOCKER_API_VERSION", "DOCKER_CONTENT_TRUST",
    "DOCKER_CONTENT_TRUST_SERVER",
  ]

  /// What came of `script`, as `/bin/sh` reads it from its standard input.
  package func outcome(of script: String) async -> Outcome {
    await withTaskExecutorPreference(threads) { await outcomeHere(of: script) }
  }

  private func outcomeHere(of script: String) async -> Outcome {
    // Tells its processes from all others, and the shell's own words from those of programs.
    let mark = "sh-" + String(UInt64.random(in: .min ... .max), radix: 36)
    let audit = RunningAudit(outputLimit: outputLimit)
    let ending = await withTaskCancellationHandler {
      execute(script, mark, audit)
    } onCancel: {
      audit.kill(because: "it was ended")
    }
    var outcome = Outcome()
    if let reason = audit.cut {
      outcome.faults.append(reason)
    } else if let fault = ending.fault {
      outcome.faults.append(fault)
    }
    if let session = audit.session {
      switch await Strays(session, mark: mark).kill() {
      case .killed where audit.cut == nil:
        outcome.faults.append("it left processes running, which were killed")
      case .none, .killed: break
      case .left: outcome.faults.append("it left processes running that could not all be killed")
      }
    }
    outcome.take(audit.text, from: mark)
    outcome.faults += MissingTools(in: script).faults
    outcome.failedCommands = witness?.failures(of: mark) ?? []
    return outcome
  }

  private var patienceInWords: String {
    let seconds = patience / .seconds(1)
    return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
  }

  /// Kills what audits have left behind and hidden that it is theirs; whether there was any. To be asked when none
  /// runs any more.
  package func endStrays() async -> Bool { await Strays.ofAll.kill() != .none }

  /// How the shell ended.
  private enum Ending: Sendable {
    case status(Int32), signal(Int32)
    case impossible(String)

    var fault: String? {
      switch self {
      // What a shell says of a program that it did not find, or could not execute: POSIX, 2.8.2.
      case .status(126): "a program could not be executed (exit status 126)"
      case .status(127): "a program was not found (exit status 127)"
      case .status: nil
      case .signal(let number): "it was ended by signal \(number)"
      case .impossible(let reason): reason
      }
    }
  }

  /// Runs it, and waits for its end.
  private func execute(_ script: String, _ mark: String, _ audit: RunningAudit) -> Ending {
    var environment = environment
    environment[DockerWitness.markVariable] = mark
    let shell: AuditShell
    do throws(Errno) {
      shell = try AuditShell(running: script, as: mark, environment: environment)
    } catch {
      return .impossible("it could not be run: \(error)")
    }
    audit.began(shell.process)
    shell.follow(within: patience) { piece in
      if !audit.take(piece) {
        audit.kill(because: "it printed more than \(outputLimit) bytes")
      }
    } late: {
      audit.kill(because: "it did not end within \(patienceInWords)")
    }
    // Until it is waited for nobody else has its number.
    audit.ended()
    var status: CInt = 0
    while waitpid(shell.process, &status, 0) < 0, errno == EINTR {}
    // See wait(2): the signal, else the exit status above it.
    return status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
  }
}

extension AuditRunner.Outcome {
  /// Takes what was printed, in which the shell calls itself `mark`.
  fileprivate mutating func take(_ text: String, from mark: String) {
    for line in text.split(separator: "\n") where line.hasPrefix(mark + ": ") {
      let words = line.dropFirst(mark.count + 2).replacing(mark, with: "sh")
      faults.append("the shell says '\(words)'")
      // One says enough.
      break
    }
    output = text.replacing(mark, with: "sh").trimmedAtEnd
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    var text = self[...]
    while let last = text.unicodeScalars.last, last.properties.isWhitespace {
      text.unicodeScalars.removeLast()
    }
    return String(text)
  }
}
