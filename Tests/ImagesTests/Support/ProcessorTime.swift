import Glibc

/// Time as this thread is given it, which a busy machine makes no longer.
enum ProcessorTime {
  /// How long `body` computes.
  static func measure(_ body: () -> Void) -> Duration {
    let began = now()
    body()
    return now() - began
  }

  private static func now() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
