#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Runs what waits on a thread of its own, so that those on which tasks run go on.
enum OwnThread {
  private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  static func run<Outcome: Sendable>(_ body: @escaping @Sendable () -> Outcome) async -> Outcome {
    await withCheckedContinuation { continuation in
      let work = Work { continuation.resume(returning: body()) }
      let handle = Unmanaged.passRetained(work)
      var thread = pthread_t()
      let error = pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
          return nil
        }, handle.toOpaque())
      guard error == 0 else {
        // Without one more thread it goes on here.
        handle.takeRetainedValue().run()
        return
      }
      pthread_detach(thread)
    }
  }
}
