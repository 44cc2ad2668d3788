import Dispatch
import Glibc
import HostFacts
import Synchronization

/// Tells when anything happens to the files that are judged, while it happens.
///
/// The kernel does not tell of what is mounted over a directory, nor of what is in a place that it was
/// not told to watch: the regular pass is there for that.
package final class FileWatcher: Sendable {
  /// Why no file can be watched.
  package struct Failure: Error, CustomStringConvertible {
    package var description: String
  }

  private let watches: Watches
  private let source: Mutex<any DispatchSourceRead>
  private let touch: @Sendable (HostParts) -> Void

  /// After events have been read, others may gather: a file that is written a thousand times a second
  /// wakes nobody a thousand times.
  private static let rest: useconds_t = 20_000

  /// `touch` is called whenever something has changed; it must not wait.
  package init(_ touch: @escaping @Sendable (HostParts) -> Void) throws(Failure) {
    let inotify: Inotify
    do { inotify = try Inotify() } catch { throw Failure(description: error.description) }
    let watches = Watches(inotify)
    self.watches = watches
    self.touch = touch
    let queue = DispatchQueue(label: "dockward.files")
    let source = DispatchSource.makeReadSource(fileDescriptor: inotify.descriptor, queue: queue)
    source.setEventHandler {
      let touched = watches.touched()
      if !touched.isEmpty { touch(touched) }
      usleep(Self.rest)
    }
    // Only then does nobody wait for the descriptor any more.
    source.setCancelHandler { inotify.close() }
    source.resume()
    self.source = Mutex(source)
  }

  deinit { close() }

  /// Ends it; nothing is told afterwards.
  package func close() {
    watches.end()
    source.withLock { $0.cancel() }
  }

  /// Watches what `list` has instead of what was watched so far; returns why something cannot be.
  ///
  /// To be called after each reading of the host's own side. What is watched from now on and was not
  /// before may have changed since it was read, and is touched; where nothing is new, nothing is.
  package func watch(_ list: WatchList) -> [String] {
    let (problems, touched) = watches.follow(WatchPlan(list))
    if !touched.isEmpty { touch(touched) }
    return problems
  }
}
