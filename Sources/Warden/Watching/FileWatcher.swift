import Dispatch
import Glibc
import HostFacts
import Synchronization

/// Tells when anything happens to the files that are judged, while it happens.
///
/// The kernel does not tell of what is mounted over a directory, nor of what is in a place that it was
/// not told to watch: the regular pass is there for that.
package final class FileWatcher: Sendable {
  private let inotify: Result<Inotify, Inotify.Failure>
  private let watches: Watches?
  private let touch: @Sendable (HostParts) -> Void

  /// After events have been read, others may gather: a file that is written a thousand times a second
  /// wakes nobody a thousand times.
  private static let rest: useconds_t = 20_000

  /// `touch` is called whenever something has changed, as long as `run` runs; it must not wait.
  package init(_ touch: @escaping @Sendable (HostParts) -> Void) {
    inotify = Result { () throws(Inotify.Failure) in try Inotify() }
    watches = (try? inotify.get()).map(Watches.init)
    self.touch = touch
  }

  deinit { (try? inotify.get())?.close() }

  /// Tells what happens until its task is cancelled. Nothing of it runs while nothing happens.
  package func run() async {
    guard let inotify = try? inotify.get(), let watches else { return }
    let queue = DispatchQueue(label: "dockward.files")
    let source = DispatchSource.makeReadSource(fileDescriptor: inotify.descriptor, queue: queue)
    let touch = touch
    source.setEventHandler {
      let touched = watches.touched()
      if !touched.isEmpty { touch(touched) }
      usleep(Self.rest)
    }
    let held = Mutex<any DispatchSourceRead>(source)
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        held.withLock { source in
          // Nobody waits for the descriptor any more then.
          source.setCancelHandler { continuation.resume() }
          source.activate()
        }
      }
    } onCancel: {
      held.withLock { $0.cancel() }
    }
  }

  /// Watches what `list` has instead of what was watched so far; returns why something cannot be.
  ///
  /// To be called after each reading of the host's own side. What is watched from now on and was not
  /// before may have changed since it was read, and is touched; where nothing is new, nothing is.
  package func watch(_ list: WatchList) -> [String] {
    guard let watches else {
      if case .failure(let failure) = inotify { return [failure.description] }
      return []
    }
    let (problems, touched) = watches.follow(WatchPlan(list))
    if !touched.isEmpty { touch(touched) }
    return problems
  }
}
