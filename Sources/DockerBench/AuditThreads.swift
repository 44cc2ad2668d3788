import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Threads on which tasks may wait: those that all other tasks share go on meanwhile.
///
/// They end when this is no longer referred to.
final class AuditThreads: TaskExecutor {
  /// One for each audit that is under way: as many as there are processors, and one that is being begun or ended
  /// meanwhile.
  static let standardCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) + 1

  private let jobs = Jobs()
  private let count: Int

  /// Starts `count` threads, or as many as there can be; `nil` where that is none.
  init?(count: Int = standardCount) {
    let jobs = jobs
    let started = (0..<count).prefix { _ in Self.start { jobs.run() } }.count
    self.count = started
    if started == 0 { return nil }
  }

  deinit { for _ in 0..<count { jobs.endThread() } }

  func enqueue(_ job: consuming ExecutorJob) {
    jobs.append(UnownedJob(job), on: asUnownedTaskExecutor())
  }

  /// What is still to be run. The threads refer to this alone, so that the executor can end.
  private final class Jobs: Sendable {
    private let waiting = Mutex<[(UnownedJob, UnownedTaskExecutor)]>([])
    /// One for each job, and one for each thread that is to end.
    private let calls = DispatchSemaphore(value: 0)

    func append(_ job: UnownedJob, on executor: UnownedTaskExecutor) {
      waiting.withLock { $0.append((job, executor)) }
      calls.signal()
    }

    func endThread() { calls.signal() }

    /// Runs them, the oldest first, until the thread is to end.
    func run() {
      while let (job, executor) = next() { job.runSynchronously(on: executor) }
    }

    private func next() -> (UnownedJob, UnownedTaskExecutor)? {
      calls.wait()
      return waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
  }

  private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Whether a thread could be started, which runs `body`.
  private static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    let work = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let error = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, work.toOpaque())
    guard error == 0 else {
      work.release()
      return false
    }
    pthread_detach(thread)
    return true
  }
}
