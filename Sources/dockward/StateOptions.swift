import ArgumentParser
import Store

/// Where this host's store is, for commands that read nothing else of a host.
struct StateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where dockward keeps what it remembers between passes.", valueName: "directory"))
  var state = Store.standardDirectory
}

extension Store {
  /// The store in `directory`; throws a `Failure` where it cannot be used.
  static func opened(in directory: String, _ access: Access) throws -> Store {
    do { return try Store(in: directory, access) } catch { throw Failure(.incomplete, error) }
  }
}
