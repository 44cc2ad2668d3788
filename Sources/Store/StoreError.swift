import SystemPackage

/// Why the store could not be used: what was tried, on which file or directory, and why it failed.
package struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Reason: Sendable, Equatable {
    /// There is no store here.
    case absent
    /// What is there cannot be relied upon: it, or a directory above it, is a link, belongs to somebody
    /// else, or others may write to it.
    case untrusted(String)
    /// There is something else than a store; nothing was changed.
    case foreign(String)
    /// It was a store and cannot be read any more; nothing was changed.
    case damaged(String)
    /// A later version of dockward made it.
    case newer(String)
    /// Another process held it for so long.
    case busy(seconds: Double)
    case readOnly
    case full
    /// The system refused.
    case system(Errno)
    /// What was to be stored cannot be.
    case refused(String)
    /// What SQLite says, where none of the above fits.
    case other(String)
  }

  /// To stand after "cannot" and before the path: `open the store`, `record the pass in`.
  package var attempt: String
  package var path: String
  package var reason: Reason

  package init(_ attempt: String, _ path: String, _ reason: Reason) {
    self.attempt = attempt
    self.path = path
    self.reason = reason
  }

  package var description: String { "cannot \(attempt) '\(path)': \(reason)" }
}

extension StoreError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .absent: "there is no store"
    case .untrusted(let why): why
    case .foreign(let what): "\(what); it was left as it is"
    case .damaged(let how):
      "it is damaged (\(how)); nothing was changed: restore it from a backup, or move it away to begin a new one"
    case .newer(let what): "a later version of dockward made it (\(what))"
    case .busy(let seconds):
      "another process has held it for \(seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)") seconds"
    case .readOnly: "the file system is read-only"
    case .full: "no space left on the file system"
    case .system(let error): error.reason
    case .refused(let why), .other(let why): why
    }
  }
}
