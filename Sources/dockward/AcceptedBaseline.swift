import ArgumentParser
import Catalog
import Drift
import HardeningModel
import Reporting
import Store
import Warden

/// That nothing is accepted for this host.
enum BaselineAbsent {
  static func failure(in directory: String) -> Failure {
    Failure(
      .usage,
      "nothing is accepted for this host in '\(directory)'; 'dockward baseline accept' accepts it as it is"
    )
  }
}

/// What is accepted for this host, for the commands that begin with it.
enum AcceptedBaseline {
  /// The baseline, which must be there and be believed, and the file that has it. Throws a `Failure`.
  static func require(in directory: String) throws -> (Baseline, path: String) {
    guard Store.exists(in: directory) else { throw BaselineAbsent.failure(in: directory) }
    let store = try Store.opened(in: directory, .reading)
    let reading: BaselineReading
    do { reading = try store.baseline() } catch { throw Failure(.incomplete, error) }
    switch reading {
    case .found(let baseline): return (baseline, store.path)
    case .absent: throw BaselineAbsent.failure(in: directory)
    case .tampered(let why):
      throw Failure(.incomplete, PassRecord.tampering(why, at: store.path))
    }
  }

  static func print(_ bytes: [UInt8]) throws {
    do { try Terminal.print(bytes) } catch { throw Failure(.incomplete, error) }
  }
}

/// Why somebody accepts something.
enum AcceptedReason {
  /// In bytes: more than anybody reads.
  private static let limit = 4096

  static func validate(_ reason: String) throws {
    guard reason.utf8.count <= limit else {
      throw ValidationError("--reason takes at most \(limit) bytes")
    }
  }
}

extension Baseline {
  /// The numbers of its own benchmark, where that is known.
  var numbers: DriftText {
    let library = try? BenchmarkLibrary()
    let own = try? library?.benchmark(named: posture.epoch.benchmark)
    return DriftText(
      own ?? Benchmark(id: posture.epoch.benchmark, title: "", version: "", sections: []))
  }

  func text(_ drift: DriftText) -> BaselineText {
    BaselineText(
      generation: Int(generation), acceptedAt: acceptedAt.rfc3339, by: "\(by)", reason: reason,
      importedFrom: importedFrom, digest: BaselineFile(self).digest, scan: scan, posture: posture,
      drift: drift)
  }

  /// Prints it as what has just been accepted in the place of `previous`.
  func printed(
    after previous: BaselineReading, as format: OutputOptions.Format, _ drift: DriftText,
    at path: String
  ) throws {
    var (events, number): ([DriftEvent], Int?) = ([], nil)
    switch previous {
    case .absent: break
    case .found(let baseline):
      events = Drift.diff(from: baseline.posture, to: posture)
      number = Int(baseline.generation)
    case .tampered(let why):
      Terminal.complain("the baseline before it, in '\(path)', was tampered with: \(why)")
    }
    let text = text(drift)
    try AcceptedBaseline.print(
      format == .json
        ? text.json(differences: events, from: number)
        : Array(text.text(differences: events, from: number).utf8))
  }
}
