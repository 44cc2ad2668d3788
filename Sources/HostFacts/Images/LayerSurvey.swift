import Documents
import HardeningModel
import Images
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Finds the files with setuid or setgid that images show, and puts together what is known of each.
struct LayerSurvey {
  let root: HostRoot
  let info: EngineInfo?
  /// The end of the pass.
  let deadline: ContinuousClock.Instant
  /// The pieces of work that were done, for whoever waits.
  private(set) var effort = Progress.LayerEffort(layers: 0, files: 0, milliseconds: 0)

  init(root: HostRoot, info: EngineInfo?, deadline: ContinuousClock.Instant) {
    self.root = root
    self.info = info
    // Judging and printing take their time, too.
    self.deadline = deadline - .milliseconds(200)
  }

  /// The facts of each image, by id; and what is worth remembering where that is something new.
  mutating func facts(
    of answers: ImageAnswers, endpoint: String
  ) async -> (facts: [String: ImageFacts], memory: ImageMemory?) {
    var facts: [String: ImageFacts] = [:]
    var memory = ImageMemory(endpoint: endpoint)
    memory.images = answers.remembered
    for (id, image) in answers.remembered {
      facts[id] = ImageFacts(image, files: image.files.map { .found($0.found) })
    }
    guard !answers.described.isEmpty else {
      // Images that are gone are forgotten when others come; until then they do no harm.
      return (facts, nil)
    }
    let stacks = directories(of: answers)
    let known = answers.memory?.layers ?? [:]
    // A layer that was walked without seeing its attributes would be taken for one that has none.
    let seesAttributes = obstacle == nil
    let walked = await walk(
      seesAttributes ? stacks : stacks.filter { $0.value.value?.count == 1 }, known: known)
    for (id, described) in answers.described {
      guard case .success(let description) = described.description else {
        if case .failure(let error) = described.description {
          facts[id] = ImageFacts(unreadable: "\(error)")
          memory.images[id] = nil
        }
        continue
      }
      let stack = stacks[id] ?? .unreadable("its layers were not read")
      let files = files(of: stack, walked)
      let old = answers.remembered[id]
      var image = ImageMemory.Image(
        healthCheck: old?.healthCheck ?? description.healthCheck,
        secrets: old?.secrets ?? description.secrets,
        history: old?.history ?? described.history ?? .unreadable("its history was not read"),
        layerCount: old?.layerCount ?? description.layerCount)
      if let files = files.value { image.files = files }
      facts[id] = ImageFacts(image, files: files.map(\.found))
      if image.isWhole { memory.images[id] = image }
    }
    let stamps = Set(memory.images.values.flatMap { $0.files?.layers ?? [] }.map(\.key))
    // Layers of images that could not be finished are kept as well: the next pass goes on from there.
    for (key, layer) in walked {
      if seesAttributes, case .found(let walked) = layer {
        memory.layers[key] = walked.files.map(ImageMemory.File.init)
      }
    }
    for (key, files) in known where stamps.contains(key) && memory.layers[key] == nil {
      memory.layers[key] = files
    }
    return (facts, memory)
  }

  private func directories(of answers: ImageAnswers) -> [String: Reading<[LayerDirectory]>] {
    var finder = LayerFinder(
      root: root, dataRoot: info?.dataRoot.value, driver: info?.driver.value)
    var stacks: [String: Reading<[LayerDirectory]>] = [:]
    for (id, described) in answers.described {
      if case .success(let description) = described.description {
        stacks[id] = finder.directories(of: description)
      }
    }
    return stacks
  }

  private struct Walked: Sendable {
    var stamp: LayerStamp
    var files: [PrivilegedEntry]
  }

  private func stamp(_ directory: LayerDirectory) throws(ReadFailure) -> (
    LayerStamp, FileDescriptor
  ) {
    do {
      let file = try root.open(directory.path, flags: O_RDONLY | O_DIRECTORY)
      var status = stat()
      guard fstat(file.rawValue, &status) == 0 else {
        let error = Errno(rawValue: errno)
        try? file.close()
        throw error
      }
      return (LayerStamp(directory, status), file)
    } catch {
      throw ReadFailure(reading: directory.path, error)
    }
  }

  /// What each layer has, by `LayerStamp.key`; several are walked at once.
  private mutating func walk(
    _ stacks: [String: Reading<[LayerDirectory]>], known: [String: [ImageMemory.File]]
  ) async -> [String: Reading<Walked>] {
    let began = ContinuousClock.now
    var walked: [String: Reading<Walked>] = [:]
    var waiting: [LayerStamp] = []
    for directory in Set(stacks.values.flatMap { $0.value ?? [] }) {
      guard let (stamp, file) = try? stamp(directory) else { continue }
      try? file.close()
      let files = known[stamp.key]?.map(\.entry)
      if let files, !files.contains(nil) {
        walked[stamp.key] = .found(Walked(stamp: stamp, files: files.compactMap { $0 }))
      } else {
        waiting.append(stamp)
      }
    }
    let (root, attributes) = (root, attributes)
    let bounds = LayerBounds(deadline: deadline)
    let results = await withTaskGroup(of: (LayerStamp, Reading<[PrivilegedEntry]>, Int).self) {
      group in
      for stamp in waiting {
        group.addTask {
          do {
            let file = try root.open(stamp.directory.path, flags: O_RDONLY | O_DIRECTORY)
            defer { try? file.close() }
            let (files, count) = try LayerWalk.files(
              in: file.rawValue, attributes: attributes, bounds: bounds)
            return (stamp, .found(files), count)
          } catch let failure as ReadFailure {
            return (stamp, .unreadable(failure.description), 0)
          } catch {
            return (stamp, .unreadable("\(ReadFailure(reading: stamp.directory.path, error))"), 0)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for (stamp, files, count) in results {
      walked[stamp.key] = files.map { Walked(stamp: stamp, files: $0) }
      effort.layers += 1
      effort.files += count
    }
    effort.milliseconds = Int((ContinuousClock.now - began) / .milliseconds(1))
    return walked
  }

  /// The files that an image with these layers shows.
  private func files(
    of stack: Reading<[LayerDirectory]>, _ walked: [String: Reading<Walked>]
  ) -> Reading<ImageMemory.Files> {
    let directories: [LayerDirectory]
    switch stack {
    case .found(let found): directories = found
    case .absent: return .unreadable("its layers were not read")
    case .unreadable(let reason): return .unreadable(reason)
    }
    if directories.count > 1, let reason = obstacle { return .unreadable(reason) }
    var layers: [LayerStack.Layer] = []
    var stamps: [LayerStamp] = []
    defer { for layer in layers { close(layer.directory) } }
    do throws(ReadFailure) {
      for directory in directories {
        let (stamp, file) = try stamp(directory)
        layers.append(LayerStack.Layer(directory: file.rawValue, files: []))
        stamps.append(stamp)
        switch walked[stamp.key] {
        case .found(let walked): layers[layers.count - 1].files = walked.files
        case .unreadable(let reason): throw ReadFailure(reason)
        default: throw ReadFailure("a layer changed while it was read")
        }
      }
      let stack = LayerStack(layers: layers, attributes: attributes, deadline: deadline)
      return .found(ImageMemory.Files(layers: stamps, found: try stack.visibleFiles()))
    } catch {
      return .unreadable(error.description)
    }
  }

  private var isRootless: Bool {
    (info?.securityOptions.value ?? []).contains {
      $0.split(separator: ",").first == "name=rootless"
    }
  }

  private var attributes: OverlayAttributes {
    OverlayAttributes(prefix: isRootless ? "user.overlay." : "trusted.overlay.")
  }

  /// Why it cannot be told what a layer hides: without the capability, the kernel says of every
  /// directory that it has no `trusted` attribute.
  private var obstacle: String? {
    if isRootless { return nil }
    let status = (try? TextFile.read("/proc/self/status", limit: 65_536, trust: .anyone)) ?? []
    let map = (try? TextFile.read("/proc/self/uid_map", limit: 65_536, trust: .anyone)) ?? []
    let capabilities =
      status.split(separator: UInt8(ascii: "\n"))
      .first { $0.starts(with: "CapEff:".utf8) }
      .flatMap { UInt64(String(decoding: $0.dropFirst(7), as: UTF8.self).trimmed, radix: 16) } ?? 0
    let numbers = String(decoding: map, as: UTF8.self).split { $0 == " " || $0 == "\n" }
    let isInitial = numbers == ["0", "0", "4294967295"]
    // CAP_SYS_ADMIN is number 21, see capabilities(7).
    guard capabilities & (1 << 21) != 0, isInitial else {
      return "what a layer hides of those below it can be told only with CAP_SYS_ADMIN"
    }
    return nil
  }
}

extension ImageFacts {
  fileprivate init(_ image: ImageMemory.Image, files: Reading<[PrivilegedFile]>?) {
    self.init(
      healthCheck: image.healthCheck, secrets: image.secrets, history: image.history,
      layerCount: image.layerCount,
      privilegedFiles: files ?? .unreadable("its layers were not read"))
  }
}
