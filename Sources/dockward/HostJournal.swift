import Journal
import Store

/// The journal, for commands: it is told what they do to this host. Where no journald listens, nobody is,
/// and nobody is told that; the store has it all.
enum HostJournal {
  /// Tells `entries`, without waiting. What is done to another store than this host's is not told.
  static func tell(_ entries: @autoclosure () -> [JournalEntry], about state: String) {
    guard state == Store.standardDirectory else { return }
    let journal = Journal(fallback: nil, patience: .zero)
    guard journal.isListening else { return }
    for entry in entries() { _ = try? journal.tell(entry) }
  }
}
