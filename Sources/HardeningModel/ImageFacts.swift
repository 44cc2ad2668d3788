/// What is known of one image beyond its line in the list: what checks judge, and no more. Environment,
/// labels and history hold secrets; a reader reduces them to this, and there is no place for them here.
package struct ImageFacts: Codable, Sendable, Equatable {
  /// How its health check is run: `CMD`, `CMD-SHELL`, `NONE`; absent where it has none.
  package var healthCheck: Reading<String>
  /// The secrets in its environment and labels.
  package var secrets: Reading<[SecretTrace]>
  package var history: Reading<ImageHistory>
  /// How many layers it has.
  package var layerCount: Reading<Int>
  /// The regular files with setuid or setgid that it shows, by path.
  package var privilegedFiles: Reading<[PrivilegedFile]>

  package init(
    healthCheck: Reading<String>, secrets: Reading<[SecretTrace]>,
    history: Reading<ImageHistory>, layerCount: Reading<Int>,
    privilegedFiles: Reading<[PrivilegedFile]>
  ) {
    self.healthCheck = healthCheck
    self.secrets = secrets
    self.history = history
    self.layerCount = layerCount
    self.privilegedFiles = privilegedFiles
  }

  /// Nothing is known, for this reason.
  package init(unreadable reason: String) {
    healthCheck = .unreadable(reason)
    secrets = .unreadable(reason)
    history = .unreadable(reason)
    layerCount = .unreadable(reason)
    privilegedFiles = .unreadable(reason)
  }
}

/// That there is a secret, and where; never what it is.
package struct SecretTrace: Codable, Sendable, Hashable {
  /// What it looks like: `AWS access key`, `password`, …
  package var kind: String
  /// `ENV DB_PASSWORD`, `label com.example.token`, `history step 4 (RUN)`.
  package var place: String
  /// In bytes.
  package var length: Int

  package init(kind: String, place: String, length: Int) {
    self.kind = kind
    self.place = place
    self.length = length
  }
}

/// What the steps of an image's history do that checks ask about. Steps are numbered from the oldest,
/// which is 1; those of the images it was built upon are among them.
package struct ImageHistory: Codable, Sendable, Equatable {
  package var stepCount: Int
  package var additions: [Addition]
  package var refreshes: [Refresh]
  package var installations: [Installation]
  package var secrets: [SecretTrace]
  package var bases: [Base]

  package init(
    stepCount: Int, additions: [Addition] = [], refreshes: [Refresh] = [],
    installations: [Installation] = [], secrets: [SecretTrace] = [], bases: [Base] = []
  ) {
    self.stepCount = stepCount
    self.additions = additions
    self.refreshes = refreshes
    self.installations = installations
    self.secrets = secrets
    self.bases = bases
  }

  /// An ADD.
  package struct Addition: Codable, Sendable, Equatable {
    package var step: Int
    /// What is added where, without what could be secret in it.
    package var what: String
    /// Whether it is the root file system of an image made from nothing.
    package var isRootFileSystem: Bool

    package init(step: Int, what: String, isRootFileSystem: Bool) {
      self.step = step
      self.what = what
      self.isRootFileSystem = isRootFileSystem
    }
  }

  /// A step that refreshes a package index and installs nothing by it.
  package struct Refresh: Codable, Sendable, Equatable {
    package var step: Int
    /// `apt-get update`
    package var command: String
    /// A program of the same step that cannot be looked into, and may install; `nil` when there is none.
    package var mayInstall: String?

    package init(step: Int, command: String, mayInstall: String? = nil) {
      self.step = step
      self.command = command
      self.mayInstall = mayInstall
    }
  }

  /// A step that installs packages.
  package struct Installation: Codable, Sendable, Equatable {
    package var step: Int
    /// `apt-get install`
    package var command: String
    /// The options by which signatures are not checked.
    package var unverified: [String]

    package init(step: Int, command: String, unverified: [String] = []) {
      self.step = step
      self.command = command
      self.unverified = unverified
    }
  }

  /// The image that stood after a step, where the Engine knows it by a tag.
  package struct Base: Codable, Sendable, Equatable {
    package var step: Int
    package var id: String

    package init(step: Int, id: String) {
      self.step = step
      self.id = id
    }
  }
}

/// A regular file with setuid or setgid.
package struct PrivilegedFile: Codable, Sendable, Hashable {
  /// As the image shows it; bytes that are not UTF-8 are U+FFFD.
  package var path: String
  /// The permission bits, those above included.
  package var mode: UInt16
  package var uid: UInt32
  package var gid: UInt32

  package init(path: String, mode: UInt16, uid: UInt32, gid: UInt32) {
    self.path = path
    self.mode = mode
    self.uid = uid
    self.gid = gid
  }
}
