import HardeningModel
import Images

/// Where the files of one layer are.
struct LayerDirectory: Codable, Sendable, Hashable {
  var path: String
  /// The chain id of the layer: the digest of the digests of all layers up to it.
  var chainID: String
}

/// Finds the directories in which an Engine keeps the layers of images.
struct LayerFinder {
  let root: HostRoot
  let dataRoot: String?
  /// As `GET /info` has it.
  let driver: String?
  /// Where containerd keeps the snapshots of images, read when the first image asks.
  private var snapshots: [String: Reading<ContainerdSnapshots>] = [:]

  init(root: HostRoot, dataRoot: String?, driver: String?) {
    self.root = root
    self.dataRoot = dataRoot
    self.driver = driver
  }

  /// The directories of an image's layers, from the lowest; unreadable where its storage driver keeps
  /// them in another way.
  mutating func directories(of image: ImageDescription) -> Reading<[LayerDirectory]> {
    guard let layers = image.rootFileSystem else {
      return .unreadable("the Engine did not report RootFS")
    }
    let chain = Self.chainIDs(of: layers.layers ?? [])
    if chain.isEmpty { return .found([]) }
    switch image.graphDriver?.name ?? driver {
    case "overlay2": return overlay(image.graphDriver?.data ?? [:], chain)
    case "vfs": return vfs(chain)
    case "overlayfs", "native":
      return containerd(image.graphDriver?.name ?? driver ?? "", chain)
    case .some(let name):
      return .unreadable(
        "layers of the storage driver '\(Printable.text(name, limit: 40))' cannot be read")
    case nil: return .unreadable("the Engine did not report its storage driver")
    }
  }

  /// The chain ids of the layers with these digests, see the OCI image specification, "Layer ChainID".
  static func chainIDs(of digests: [String]) -> [String] {
    var chain: [String] = []
    for digest in digests {
      let id = chain.last.map { "sha256:" + SHA256.hexadecimal(of: "\($0) \(digest)".utf8) }
      chain.append(id ?? digest)
    }
    return chain
  }

  private func overlay(_ data: [String: String], _ chain: [String]) -> Reading<[LayerDirectory]> {
    guard let upper = data["UpperDir"] else {
      return .unreadable("the Engine did not report GraphDriver.Data.UpperDir")
    }
    let lower = (data["LowerDir"] ?? "").split(separator: ":").map(String.init)
    let paths = ([upper] + lower).reversed().map { $0 }
    guard paths.count == chain.count else {
      return .unreadable("the Engine reports \(chain.count) layers and \(paths.count) directories")
    }
    guard let dataRoot, paths.allSatisfy({ Self.isLayer($0, of: dataRoot) }) else {
      return .unreadable("the Engine reports layers outside of its data root")
    }
    return .found(zip(paths, chain).map { LayerDirectory(path: $0, chainID: $1) })
  }

  /// Whether it is `DATA-ROOT/overlay2/NAME/diff`.
  private static func isLayer(_ path: String, of dataRoot: String) -> Bool {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count > 3, !parts.contains(where: { $0.elementsEqual("..".utf8) }) else {
      return false
    }
    let parent = parts.dropLast(2).joined(separator: [UInt8(ascii: "/")])
    return Array(parent) == Array((dataRoot == "/" ? "/overlay2" : dataRoot + "/overlay2").utf8)
      && parts.last.map { $0.elementsEqual("diff".utf8) } == true
  }

  /// Of this driver each layer is a whole copy: the topmost is what the image shows.
  private func vfs(_ chain: [String]) -> Reading<[LayerDirectory]> {
    guard let dataRoot, let top = chain.last, let digest = Self.digits(of: top) else {
      return .unreadable("the Engine did not report where its layers are")
    }
    do {
      let name = try root.text(
        of: "\(dataRoot)/image/vfs/layerdb/sha256/\(digest)/cache-id", limit: 128
      ).trimmed
      guard !name.isEmpty, name.utf8.allSatisfy({ $0 != UInt8(ascii: "/") && $0 > 0x20 }),
        name != ".."
      else { return .unreadable("the layer \(top) has no valid cache-id") }
      return .found([LayerDirectory(path: "\(dataRoot)/vfs/dir/\(name)", chainID: top)])
    } catch {
      return .unreadable(error.description)
    }
  }

  private mutating func containerd(
    _ snapshotter: String, _ chain: [String]
  ) -> Reading<[LayerDirectory]> {
    let reading =
      snapshots[snapshotter]
      ?? .first(
        of: Self.containerdRoots(dataRoot).map {
          ContainerdSnapshots.read(root, directory: $0, snapshotter: snapshotter)
        })
    snapshots[snapshotter] = reading
    switch reading {
    case .unreadable(let reason): return .unreadable(reason)
    case .absent:
      let places = Self.containerdRoots(dataRoot).map { "'\($0)'" }.joined(separator: " and ")
      return .unreadable("containerd keeps no '\(snapshotter)' snapshots below \(places)")
    case .found(let snapshots):
      var directories: [LayerDirectory] = []
      // The native snapshotter makes a whole copy for each layer.
      for id in snapshotter == "native" ? chain.suffix(1) : chain[...] {
        guard let path = snapshots.directories[id] else {
          return .unreadable(
            "containerd has not unpacked the layer \(Printable.text(id, limit: 80))")
        }
        directories.append(LayerDirectory(path: path, chainID: id))
      }
      return .found(directories)
    }
  }

  /// Where containerd keeps what it has: as a service of its own, and as one that dockerd starts.
  private static func containerdRoots(_ dataRoot: String?) -> [String] {
    ["/var/lib/containerd"] + [dataRoot].compactMap { $0.map { "\($0)/containerd/daemon" } }
  }

  private static func digits(of id: String) -> String? {
    let digits = id.split(separator: ":").last.map(String.init) ?? ""
    return digits.utf8.count == 64 && digits.allSatisfy(\.isHexDigit) ? digits : nil
  }
}

extension Reading {
  /// The first that is there.
  fileprivate static func first(of readings: [Reading]) -> Reading {
    readings.first { if case .absent = $0 { false } else { true } } ?? .absent
  }
}

/// The layers that a snapshotter of containerd has unpacked for an Engine, by chain id.
struct ContainerdSnapshots {
  var directories: [String: String] = [:]

  /// Those below containerd's `directory`; absent where it has no such snapshotter.
  static func read(
    _ root: HostRoot, directory: String, snapshotter: String
  ) -> Reading<ContainerdSnapshots> {
    let home = "\(directory)/io.containerd.snapshotter.v1.\(snapshotter)"
    let path = "\(home)/metadata.db"
    do {
      for _ in 0..<3 {
        let file = try BoltFile(try root.contents(of: path, limit: 256 << 20))
        var snapshots = ContainerdSnapshots()
        try snapshots.add(file, home, isWhole: snapshotter == "native")
        let after = try BoltFile(try root.contents(of: path, limit: 256 << 20))
        // What was committed meanwhile may have been written over what was being read.
        if after.transaction == file.transaction { return .found(snapshots) }
      }
      return .unreadable("cannot read '\(path)': it keeps changing")
    } catch let failure as ReadFailure {
      return failure.isAbsence ? .absent : .unreadable(failure.description)
    } catch let malformed as BoltFile.Malformed {
      return .unreadable("cannot read '\(path)': \(malformed.reason)")
    } catch {
      return .unreadable("cannot read '\(path)': \(error)")
    }
  }

  /// Takes the committed snapshots, which are called `NAMESPACE/NUMBER/CHAIN-ID`.
  private mutating func add(
    _ file: BoltFile, _ home: String, isWhole: Bool
  ) throws(BoltFile.Malformed) {
    guard let bucket = try file.bucket("v1", "snapshots") else { return }
    var found: [String: String] = [:]
    try file.forEach(in: bucket) { key, _, inner throws(BoltFile.Malformed) in
      let parts = String(decoding: key, as: UTF8.self).split(separator: "/")
      guard parts.count == 3, parts[0] == "moby", parts[2].hasPrefix("sha256:"), let inner else {
        return
      }
      var id: UInt64?
      var kind: UInt8?
      try file.forEach(in: inner) { name, value, _ in
        if name.elementsEqual("id".utf8) { id = Self.number(value) }
        if name.elementsEqual("kind".utf8) { kind = value.first }
      }
      // 3 is committed: it does not change any more.
      guard let id, kind == 3 else { return }
      found[String(parts[2])] = "\(home)/snapshots/\(id)" + (isWhole ? "" : "/fs")
    }
    directories = found
  }

  /// An unsigned varint, see Go's encoding/binary.
  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    var result: UInt64 = 0
    for (index, byte) in bytes.enumerated() where index < 9 {
      result |= UInt64(byte & 0x7F) << (7 * UInt64(index))
      if byte & 0x80 == 0 { return result }
    }
    return nil
  }
}
