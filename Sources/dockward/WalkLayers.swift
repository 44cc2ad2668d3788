import ArgumentParser
import FoundationEssentials
import HardeningModel
import HostFacts

/// `dockward layers`: for `dockward-layers.service`, which alone has the capability that this takes.
struct WalkLayers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layers",
    abstract: "Walk the layers of images, and remember for passes what was found.",
    discussion: """
      Passes that lack CAP_SYS_ADMIN, as those of the service, need it. Exit status: 0 done, 2 usage error.
      """, shouldDisplay: false)

  @OptionGroup var source: SourceOptions

  func validate() throws {
    guard source.isThisHost, source.saveSnapshot == nil else {
      throw ValidationError("only the layers of this host are walked")
    }
  }

  func run() async throws {
    let startedAt = Timestamp.rfc3339(seconds: Int(Date.now.timeIntervalSince1970))
    let reporter = ProgressLine(isShown: false)
    _ = try await source.snapshot(
      startedAt: startedAt, policy: Policy(), selection: [],
      progress: Progress { step in
        if case .layers = step { reporter.show(step) }
      })
  }
}
