import ArgumentParser

/// What mending and taking back are told alike.
struct RemediationOptions: ParsableArguments {
  @Flag(
    help: "Restart dockerd where that is needed; running containers survive only with live-restore."
  )
  var allowRestart = false

  @OptionGroup(title: "How it is printed") var output: RemediationOutput
  @OptionGroup(title: "By which benchmark checks are numbered") var benchmark: BenchmarkOptions
  @OptionGroup(title: "Which host") var place: HostOptions

  @Option(help: ConfigurationFile.help) var config: String?
}
