import NIOCore

/// Runs what a task does outside of any actor on an event loop.
///
/// The runtime resumes a task that waited for a continuation on its task executor, and only then goes
/// on to the actor. By default that is a thread of the global pool, which would be woken for each
/// request.
final class EventLoopTaskExecutor: TaskExecutor {
  private let eventLoop: any EventLoop

  init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    eventLoop.execute { job.runSynchronously(on: executor) }
  }
}
