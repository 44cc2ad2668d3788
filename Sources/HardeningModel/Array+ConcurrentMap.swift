import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Array where Element: Sendable {
  /// What `transform` makes of each element, in their order; the work is shared out among the processors.
  package func concurrentMap<Result: Sendable>(
    _ transform: @Sendable @escaping (Element) -> Result
  ) async -> [Result] {
    let workers = Swift.min(
      count, Swift.max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), 8)
    guard workers > 1 else { return map(transform) }
    // Some elements take far longer than others: whoever is done with one takes the next.
    let queue = Queue(count: count)
    let work = { @Sendable () -> [(Int, Result)] in
      var done: [(Int, Result)] = []
      while let index = queue.next() { done.append((index, transform(self[index]))) }
      return done
    }
    return await withTaskGroup(of: [(Int, Result)].self) { group in
      for _ in 1..<workers { group.addTask { work() } }
      var results = [Result?](repeating: nil, count: count)
      for (index, result) in work() { results[index] = result }
      for await part in group {
        for (index, result) in part { results[index] = result }
      }
      return results.compactMap { $0 }
    }
  }
}

/// Hands out the numbers below `count`, each once.
private final class Queue: Sendable {
  private let count: Int
  private let taken = Atomic(0)

  init(count: Int) { self.count = count }

  func next() -> Int? {
    let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
    return index < count ? index : nil
  }
}
