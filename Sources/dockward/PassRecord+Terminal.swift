import Catalog
import Drift
import FoundationEssentials
import HardeningModel
import Reporting
import Store
import Warden

extension PassRecord {
  /// The most lines of drift that are told; the store has all.
  private static let limit = 50

  /// Records `pass` in the store in `directory`, which is there. Throws a `Failure`.
  init(
    of pass: HostPass, in directory: String, _ configuration: Configuration
  ) throws {
    let store = try Store.opened(in: directory, .existing)
    do { try self.init(of: pass, in: store, configuration) } catch {
      throw Failure(.incomplete, error)
    }
  }

  /// Says what is new, and how far the host is from what is accepted; with `wantsAll` also each difference
  /// for the worse. Throws a `Failure` where the baseline was tampered with.
  func tell(by benchmark: Benchmark, wantsAll: Bool) throws {
    let text = DriftText(benchmark)
    say(news.map { "drift: \(text.line(of: $0))" })
    switch baseline {
    case .absent: break
    case .tampered(let why): throw Failure(.incomplete, Self.tampering(why, at: path))
    case .found(let accepted):
      if !differences.isEmpty {
        Terminal.complain(
          "\(counted(differences.count, "difference")) from the baseline that \(accepted.by) accepted on \(accepted.acceptedAt.rfc3339); 'dockward baseline diff' shows \(differences.count == 1 ? "it" : "them")"
        )
      }
      guard wantsAll else { return }
      Self.tellOfEpochs(accepted.posture.epoch, benchmark)
      let told = Set(news.map { text.line(of: $0) })
      say(
        differences.filter(\.isWorse).map { text.line(of: $0) }.filter { !told.contains($0) }
          .map { "not as accepted: \($0)" })
    }
  }

  /// Says where what is accepted was judged by another benchmark.
  static func tellOfEpochs(_ accepted: Posture.Epoch, _ benchmark: Benchmark) {
    guard accepted.benchmark != benchmark.id else { return }
    Terminal.complain(
      "the baseline is by \(accepted.benchmark), this pass by \(benchmark.id): only what both judge is compared"
    )
  }

  static func tampering(_ why: String, at path: String) -> String {
    "the baseline in '\(path)' was tampered with: \(why); 'dockward baseline accept' puts a new one in its place"
  }

  private func say(_ lines: [String]) {
    for line in lines.prefix(Self.limit) { Terminal.complain(line) }
    if lines.count > Self.limit {
      Terminal.complain("and \(lines.count - Self.limit) more")
    }
  }
}
