import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The Docker clients of a host, and what is exported to them.
struct ClientReader {
  let root: HostRoot

  /// Where a shell looks for programs, administrators' directories included, and where snaps put theirs.
  private static let path = [
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/snap/bin",
  ]

  /// `environment` is what systemd gives to each service; `nil` where it was not asked.
  func facts(environment: [String]?) -> ClientFacts {
    ClientFacts(
      clients: clients(), loginShells: LoginEnvironment(root: root).variable(Self.variable),
      services: ServiceEnvironment(root: root).variable(Self.variable, running: environment))
  }

  private static let variable = "DOCKER_CONTENT_TRUST"

  private func clients() -> Reading<[DockerClient]> {
    var clients: [DockerClient] = []
    var seen: Set<FileIdentity> = []
    for directory in Self.path {
      let path = directory + "/docker"
      do throws(ReadFailure) {
        if let program = try program(at: path), seen.insert(program.identity).inserted {
          clients.append(program.client)
        }
      } catch {
        if error.isAbsence { continue }
        return .unreadable(error.description)
      }
    }
    return .found(clients)
  }

  /// What the executable file at `path` is; `nil` where there is another thing there.
  private func program(
    at path: String
  ) throws(ReadFailure) -> (identity: FileIdentity, client: DockerClient)? {
    do {
      let file = try root.open(path, flags: O_RDONLY)
      defer { try? file.close() }
      var status = stat()
      guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
      guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o111 != 0 else { return nil }
      let identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
      let bytes = FileBytes(file: file, size: Int(status.st_size))
      return (identity, client(bytes, at: path, canonical: try root.canonicalPath(of: file)))
    } catch {
      throw ReadFailure(reading: path, error)
    }
  }

  private func client(_ bytes: FileBytes, at path: String, canonical: String) -> DockerClient {
    func client(_ version: Reading<String>, _ source: String) -> DockerClient {
      DockerClient(path: path, version: version, source: source)
    }
    do {
      if try bytes.read(2, at: 0) == Array("#!".utf8) {
        let script = String(decoding: try bytes.read(min(bytes.size, 65_536), at: 0), as: UTF8.self)
        return client(Self.standIn(script, path), path)
      }
      let build = try GoBuild(of: bytes)
      guard build.mainPackage == nil || build.mainPackage == Self.mainPackage else {
        return client(.unreadable("'\(path)' is not Docker's own client"), path)
      }
      if let version = build.value(of: Self.versionVariable) {
        return client(.found(version), "build information of \(path)")
      }
      // Whoever packages a program may build it without leaving its flags in it, and Go before 1.18 left
      // none.
      guard
        let package = try PackageDatabase(root: root).owner(
          of: [canonical, path], among: Self.packages)
      else {
        return client(.unreadable("cannot tell the version of '\(path)'"), path)
      }
      return client(.found(package.version), "dpkg, package \(package.name)")
    } catch let failure as ReadFailure {
      return client(.unreadable(failure.description), path)
    } catch {
      return client(.unreadable(ReadFailure(reading: path, error).description), path)
    }
  }

  private static let mainPackage = "github.com/docker/cli/cmd/docker"
  private static let versionVariable = "github.com/docker/cli/cli/version.Version"
  /// The packages that have Docker's client.
  private static let packages = [
    "docker-ce-cli", "docker-cli", "docker.io", "docker-ee-cli", "moby-cli",
  ]

  /// A script in the client's place: that of `podman-docker` runs podman and none of Docker's code.
  private static func standIn(_ script: String, _ path: String) -> Reading<String> {
    let runsPodman = script.split(separator: "\n").contains { line in
      let words = line.split(whereSeparator: \.isWhitespace)
      return words.first == "exec"
        && words.dropFirst().first?.split(separator: "/").last == "podman"
    }
    return runsPodman ? .absent : .unreadable("cannot tell what the script '\(path)' runs")
  }
}

/// An open file of which parts are read.
struct FileBytes {
  let file: FileDescriptor
  let size: Int

  /// Exactly `count` bytes from `offset` on.
  func read(_ count: Int, at offset: Int) throws -> [UInt8] {
    guard count >= 0, offset >= 0, count <= 1 << 20, offset <= size, count <= size - offset else {
      throw Errno.invalidArgument
    }
    var bytes: [UInt8] = []
    while bytes.count < count {
      let missing = count - bytes.count
      let place = Int64(offset + bytes.count)
      let piece = try [UInt8](unsafeUninitializedCapacity: missing) { buffer, length in
        length = try file.read(
          fromAbsoluteOffset: place, into: UnsafeMutableRawBufferPointer(buffer))
      }
      guard !piece.isEmpty else { throw Errno.invalidArgument }
      bytes += piece
    }
    return bytes
  }
}
