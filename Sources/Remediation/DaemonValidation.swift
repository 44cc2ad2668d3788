import Documents
import HardeningModel
import HostFacts
import Subprocess
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Has dockerd itself say whether it would start with a configuration: `dockerd --validate` reads flags
/// and file together, starts nothing and changes nothing. It is the one program that is ever executed.
package struct DaemonValidation: Sendable {
  package enum Outcome: Sendable, Equatable {
    case accepted
    /// It was not asked, and why.
    case skipped(String)
  }

  /// Where the configuration is put for it, a directory that only root may enter.
  private let directory: FilePath
  private let patience: Duration

  /// The first release that has `--validate`.
  private static let firstRelease = EngineRelease("23.0")
  private static let outputLimit = 64 << 10

  package init(directory: String = "/run/dockward", patience: Duration = .seconds(10)) {
    self.directory = FilePath(directory).appending("validation")
    self.patience = patience
  }

  /// What the plan's dockerd says of the plan's text, with the flags of its next start.
  ///
  /// Throws `refused` with its words where it would not start.
  package func outcome(
    of plan: DaemonConfigurationPlan
  ) async throws(RemediationError) -> Outcome {
    let release = plan.version.flatMap(EngineRelease.init)
    guard let release, let first = Self.firstRelease, release >= first else {
      let name = plan.version.map { "dockerd \(Printable.text($0, limit: 40))" } ?? "this dockerd"
      return .skipped("\(name) cannot validate a configuration without starting with it")
    }
    guard let process = plan.command.process else {
      return .skipped("no dockerd runs that could validate its configuration")
    }
    let program = try program(of: process)
    let file = try write(plan.text)
    defer { remove() }
    let answer = try await ask(
      program, plan.command.arguments(configurationFile: file.string))
    guard !answer.isAccepted else { return .accepted }
    let words = answer.words.replacing(file.string, with: plan.path)
    throw .refused(
      "dockerd would not start with the changed '\(plan.path)': \(Printable.text(words, limit: 400))"
    )
  }

  /// The program that a restart would start: that of the running dockerd, where nobody but root can
  /// change it.
  private func program(of process: DaemonProcess) throws(RemediationError) -> FilePath {
    var path = process.executable
    // After an upgrade its file is another one of the same name.
    let deleted = " (deleted)"
    if path.hasSuffix(deleted) { path.removeLast(deleted.count) }
    do {
      if let looseness = try TextFile.looseness(of: path) {
        throw RemediationError.refused("cannot execute '\(path)': \(looseness)")
      }
    } catch let error as RemediationError {
      throw error
    } catch {
      throw .refused("\(error)")
    }
    return FilePath(path)
  }

  private struct Answer {
    var isAccepted: Bool
    /// Its last line.
    var words: String
  }

  private func ask(
    _ program: FilePath, _ arguments: [String]
  ) async throws(RemediationError) -> Answer {
    var options = PlatformOptions()
    // Nothing that reaches our group reaches it, and no terminal is its.
    options.createSession = true
    let configuration = Configuration(
      executable: .path(program), arguments: Arguments(["--validate"] + arguments),
      environment: .custom(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]), workingDirectory: "/",
      platformOptions: options)
    do {
      return try await withThrowingTaskGroup(of: Answer?.self) { group in
        group.addTask {
          let result = try await run(
            configuration, output: .discarded, error: .string(limit: Self.outputLimit))
          let lines = result.standardError.split(whereSeparator: \.isNewline)
          return Answer(
            isAccepted: result.terminationStatus.isSuccess,
            words: lines.last.map(String.init) ?? "\(result.terminationStatus)")
        }
        group.addTask {
          try await Task.sleep(for: patience)
          return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let answer = first else {
          throw RemediationError.refused(
            "'\(program) --validate' did not end within \(patience.components.seconds) s")
        }
        return answer
      }
    } catch let error as RemediationError {
      throw error
    } catch {
      throw .refused("cannot execute '\(program) --validate': \(error)")
    }
  }
}

/// The file that is validated.
extension DaemonValidation {
  private var file: FilePath { directory.appending("daemon.json") }

  private func write(_ text: [UInt8]) throws(RemediationError) -> FilePath {
    do {
      try make(
        directory.removingLastComponent(),
        mode: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
      try make(directory, mode: .ownerReadWriteExecute)
      // One that a killed process has left.
      _ = unlink(file.string)
      let descriptor = try FileDescriptor.open(
        file, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: .ownerReadWrite)
      try descriptor.closeAfter { _ = try descriptor.writeAll(text) }
      return file
    } catch let error as RemediationError {
      throw error
    } catch {
      remove()
      throw .refused(
        "cannot write '\(file)': \((error as? Errno)?.reason ?? "\(error)")")
    }
  }

  /// Makes a directory, or takes the one that is there, if it is ours alone.
  private func make(_ path: FilePath, mode: FilePermissions) throws {
    if mkdir(path.string, mode.rawValue) != 0, errno != EEXIST { throw Errno(rawValue: errno) }
    var status = stat()
    guard lstat(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
      status.st_mode & 0o022 == 0
    else {
      throw RemediationError.refused("'\(path)' is not a directory of this process alone")
    }
  }

  private func remove() {
    _ = unlink(file.string)
    _ = rmdir(directory.string)
  }
}
