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
    let shares = Swift.min(count, Swift.max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), 8)
    guard shares > 1 else { return map(transform) }
    // Neighbours are often alike, large or small: each share takes every so many.
    return await withTaskGroup(of: (Int, [Result]).self) { group in
      for share in 1..<shares {
        group.addTask {
          (share, stride(from: share, to: count, by: shares).map { transform(self[$0]) })
        }
      }
      var parts = [[Result]](repeating: [], count: shares)
      parts[0] = stride(from: 0, to: count, by: shares).map { transform(self[$0]) }
      for await (share, part) in group { parts[share] = part }
      return indices.map { parts[$0 % shares][$0 / shares] }
    }
  }
}
