import Documents
import HardeningModel

/// The configuration file, `dockward.yaml`.
package struct Configuration: Sendable, Equatable {
  package var policy = Policy()
  /// How many days passes, drift and remediations are kept: a year, so that what is asked for once a year
  /// can be answered.
  package var historyKeepDays = 365
  /// How many days a waiver may be entered for: a year, the longest after which an exception is
  /// commonly asked to be looked at again, whichever year it is.
  package var maximumWaiverDays = 366
  package var flapping = FlappingLimits.standard
  package var optIn = OptIn()
  /// How often the service makes a pass over all, in seconds.
  package var interval = 3600
  /// How long the service gathers changes before it judges them: what belongs together happens within it,
  /// and people wait no longer for it.
  package var gathering: Duration = .milliseconds(200)

  package init() {}

  /// The configuration in `bytes`; a file that says nothing gives the defaults.
  ///
  /// Throws a `DocumentError` with line and column for invalid YAML, an unknown key and a value that
  /// its key cannot have.
  package static func parse(
    _ bytes: [UInt8], file: String
  ) throws(DocumentError) -> Configuration {
    var configuration = Configuration()
    guard let document = try YAMLText.parse(bytes, file: file), !document.isNull else {
      return configuration
    }
    let members = try document.members(keys)
    for key in Key.allCases {
      guard let value = members[key.rawValue] else { continue }
      switch key {
      case .history:
        let history = try value.members(["keepDays"])
        if let days = try history["keepDays"]?.integer(in: 1...36_500) {
          configuration.historyKeepDays = days
        }
      case .waivers:
        let waivers = try value.members(["maximumDays"])
        if let days = try waivers["maximumDays"]?.integer(in: 1...3660) {
          configuration.maximumWaiverDays = days
        }
      case .interval: configuration.interval = try value.timeSpan(upTo: 7)
      case .gatheringMilliseconds:
        configuration.gathering = .milliseconds(try value.integer(in: 0...60_000))
      case .flapping: configuration.flapping = try FlappingLimits(yaml: value)
      case .remediation:
        let members = try value.members(["containers"] + OptIn.keys)
        if let containers = members["containers"] {
          configuration.policy.containerRemedies = try ContainerRemedies(yaml: containers)
        }
        configuration.optIn = try OptIn(members)
      default: try configuration.policy.set(key, to: value)
      }
    }
    return configuration
  }

  /// Every key that the file may have.
  package static let keys = Key.allCases.map(\.rawValue)

  fileprivate enum Key: String, CaseIterable {
    case allowedMounts, allowedDevices, allowedCgroupParents, containerStates, swarmExpected
    case trustedDockerUsers, minimumEngineVersion
    case trustedImages, maximumImageAge, allowedSetuidPaths
    case maximumUnusedImages, maximumStoppedContainers
    case history, waivers, flapping, remediation
    case interval, gatheringMilliseconds
  }
}

extension Policy {
  fileprivate mutating func set(
    _ key: Configuration.Key, to value: YAMLText
  ) throws(DocumentError) {
    switch key {
    case .allowedMounts: allowedMounts = try value.list(AllowedMount.init(yaml:))
    case .allowedDevices:
      allowedDevices = try value.list { item throws(DocumentError) in
        try item.text()
      }
    case .allowedCgroupParents:
      allowedCgroupParents = try value.list {
        item throws(DocumentError) in try item.text()
      }
    case .containerStates:
      let states = try value.list { item throws(DocumentError) in
        try item.choice(ContainerState.self)
      }
      guard !states.isEmpty else {
        throw value.error("with no state at all no container would be judged")
      }
      // All of them are those that are counted by default.
      containerStates = Set(states) == Set(ContainerState.allCases) ? nil : Set(states)
    case .swarmExpected: swarmExpected = try value.bool()
    case .trustedDockerUsers:
      trustedDockerUsers =
        Set(try value.list { item throws(DocumentError) in try item.userName() })
    case .minimumEngineVersion: minimumEngineVersion = try value.engineRelease()
    case .trustedImages: trustedImages = try value.list(TrustedImage.init(yaml:))
    case .maximumImageAge: maximumImageAge = try value.integer(in: 1...36_500)
    case .allowedSetuidPaths:
      allowedSetuidPaths = try value.list { item throws(DocumentError) in
        let path = try item.text()
        guard path.hasPrefix("/"), !path.hasSuffix("/") else {
          throw item.error("'\(path)' is no absolute path of a file in an image")
        }
        return path
      }
    case .maximumUnusedImages: maximumUnusedImages = try value.integer(in: 0...1_000_000)
    case .maximumStoppedContainers:
      maximumStoppedContainers = try value.integer(in: 0...1_000_000)
    case .history, .waivers, .flapping, .remediation, .interval, .gatheringMilliseconds:
      break  // Not of the policy by which checks judge.
    }
  }
}

extension FlappingLimits {
  /// What is not said stays as it is by default.
  fileprivate init(yaml: YAMLText) throws(DocumentError) {
    self = .standard
    let members = try yaml.members(["changes", "window", "rest"])
    if let changes = try members["changes"]?.integer(in: 1...1000) { self.changes = changes }
    if let window = try members["window"]?.timeSpan(upTo: 365) { self.window = window }
    if let rest = try members["rest"]?.timeSpan(upTo: 365) { self.rest = rest }
  }
}

extension AllowedMount {
  /// `PATH` or `PATH:ro` for a read-only mount, `PATH:rw` for any.
  fileprivate init(yaml item: YAMLText) throws(DocumentError) {
    let text = try item.text()
    let isWritable = text.hasSuffix(":rw")
    let path = isWritable || text.hasSuffix(":ro") ? String(text.dropLast(3)) : text
    guard path.hasPrefix("/") else {
      throw item.error("'\(text)' is no absolute path, with or without ':rw' after it")
    }
    self.init(path: path, writable: isWritable)
  }
}

extension ContainerRemedies {
  fileprivate init(yaml item: YAMLText) throws(DocumentError) {
    self.init()
    let members = try item.members(["memory", "cpuShares", "pids"])
    memory = try members["memory"]?.memorySize()
    if let shares = members["cpuShares"] {
      let number = try shares.integer(in: 2...262_144)
      guard number != 1024 else {
        throw shares.error("1024 is the weight that containers have anyway")
      }
      cpuShares = Int64(number)
    }
    pids = try members["pids"].map { value throws(DocumentError) in
      Int64(try value.integer(in: 1...4_194_304))
    }
  }
}

extension TrustedImage {
  fileprivate init(yaml item: YAMLText) throws(DocumentError) {
    let text = try item.text()
    guard let image = TrustedImage(text) else {
      throw item.error(
        "'\(text)' is no repository, tag or digest; for example debian:12, or sha256: and 64 hexadecimal digits"
      )
    }
    self = image
  }
}

extension YAMLText {
  /// The name of a user; a name that no user can have is a mistake.
  fileprivate func userName() throws(DocumentError) -> String {
    let name = try text()
    guard !name.isEmpty, !name.contains(where: { $0.isWhitespace || ":,/".contains($0) }) else {
      throw error("'\(name)' is no name of a user")
    }
    return name
  }

  /// Bytes, with `k`, `m` or `g` behind it kibibytes and so on, as the Engine's own client reads it.
  fileprivate func memorySize() throws(DocumentError) -> Int64 {
    let text = try text()
    let units: [Character: Int64] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
    let unit = text.last.flatMap { units[$0] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int64(digits),
      case let (size, overflow) = number.multipliedReportingOverflow(by: unit ?? 1), !overflow,
      size < 1 << 60
    else { throw error("'\(text)' is no size of memory, as 512m is one") }
    // The Engine takes no less.
    guard size >= 6 << 20 else { throw error("'\(text)' is less than 6m, the least there is") }
    return size
  }

  /// Seconds, from a minute to `days`.
  func timeSpan(upTo days: Int) throws(DocumentError) -> Int {
    let text = try text()
    guard let seconds = TimeSpan.seconds(text), (60...days * 86_400).contains(seconds) else {
      throw error("'\(text)' is no span from 1m to \(days)d, as 24h is one")
    }
    return seconds
  }

  fileprivate func engineRelease() throws(DocumentError) -> EngineRelease {
    let version = try text()
    guard let release = EngineRelease(version) else {
      throw error("'\(version)' is no version of the Engine, as 26.1.5 is one")
    }
    return release
  }

  func list<Value>(
    _ transform: (YAMLText) throws(DocumentError) -> Value
  ) throws(DocumentError) -> [Value] {
    var values: [Value] = []
    for item in try items() { values.append(try transform(item)) }
    return values
  }
}
