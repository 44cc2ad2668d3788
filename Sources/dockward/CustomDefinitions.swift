import DockerBench
import Documents
import FoundationEssentials
import HardeningModel

/// The definitions files that are judged beside the catalog.
struct CustomDefinitions {
  static let standardDirectory = "/etc/dockward/definitions.d"

  private var files: [(name: String, definitions: Definitions)] = []

  /// None.
  init() {}

  /// Those at `paths`, of directories all `*.yaml` but `config.yaml`.
  ///
  /// Throws a usage `Failure` for what cannot be read or is not right, and for two files of one name.
  init(at paths: [String]) throws {
    for file in try paths.flatMap(Self.files) {
      guard let name = Definitions.name(of: file) else {
        throw Failure(
          .usage, "'\(file)' names checks, and takes only letters, digits and . _ - in its name")
      }
      if let other = files.first(where: { $0.name == name }) {
        throw Failure(
          .usage,
          "'\(other.definitions.file)' and '\(file)' would give their checks the same names, \(CustomChecks.prefix)\(name)/…"
        )
      }
      files.append((name, try DefinitionsSource(file: file).load()))
    }
  }

  /// Those of the standard directory; none where that is not there.
  static func standard() throws -> CustomDefinitions {
    do {
      if try TextFile.isAbsent(standardDirectory) { return CustomDefinitions() }
    } catch {
      throw Failure(.usage, error)
    }
    return try CustomDefinitions(at: [standardDirectory])
  }

  private static func files(at path: String) throws -> [String] {
    var isDirectory = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory
    else {
      return [path]
    }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        .filter { $0.hasSuffix(".yaml") && $0 != "config.yaml" && !$0.hasPrefix(".") }
        .map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
    } catch {
      throw Failure(.usage, "cannot read '\(path)': \(error)")
    }
  }

  var isEmpty: Bool { files.isEmpty }

  /// What they add to a benchmark.
  var sections: [Benchmark.Section] { files.map { $0.definitions.section(called: $0.name) } }

  /// What their checks say now, those among `slugs`, or all for `nil`, by name. Throws a `Failure` where no audit
  /// can be run.
  func judgements(of slugs: Set<String>? = nil) async throws -> [String: CustomChecks.Judgement] {
    if isEmpty { return [:] }
    let swarm =
      files.contains(where: \.definitions.dependsOnSwarm)
      ? await EngineAnswer.swarm(within: .seconds(5)) : nil
    return try await DefinitionsSource.withRunner { runner in
      var judgements: [String: CustomChecks.Judgement] = [:]
      for file in files {
        let names = file.definitions.slugs(called: file.name)
        let chosen = names.map { slugs?.contains($0) ?? true }
        let run = DefinitionsRun(file.definitions, swarm: swarm, where: { chosen[$0] })
        let results = await run.report(by: runner).groups.flatMap(\.results)
        for (name, result) in zip(zip(names, chosen).filter(\.1).map(\.0), results) {
          judgements[name] = CustomChecks.Judgement(result)
        }
      }
      return judgements
    }
  }
}
