import Documents
import HardeningModel

/// The configuration file, `dockward.yaml`.
package struct Configuration: Sendable, Equatable {
  package var policy = Policy()

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
    let members = try document.members(Key.allCases.map(\.rawValue))
    for key in Key.allCases {
      guard let value = members[key.rawValue] else { continue }
      try configuration.policy.set(key, to: value)
    }
    return configuration
  }

  fileprivate enum Key: String, CaseIterable {
    case allowedMounts, allowedDevices, allowedCgroupParents, containerStates, swarmExpected
    case trustedImages, maximumImageAge, allowedSetuidPaths
    case maximumUnusedImages, maximumStoppedContainers
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
      containerStates = Set(states)
    case .swarmExpected: swarmExpected = try value.bool()
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
    }
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
  fileprivate func list<Value>(
    _ transform: (YAMLText) throws(DocumentError) -> Value
  ) throws(DocumentError) -> [Value] {
    var values: [Value] = []
    for item in try items() { values.append(try transform(item)) }
    return values
  }
}
