import DockerEngine
import HardeningModel
import HostFacts
import Remediation

/// Does to the dockerd of a machine what a remediation does, step by step, for MachineTests.
@main
struct DaemonDriver {
  static func main() async {
    do {
      try await run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      print("error: \(error)")
    }
  }

  private static func run(_ arguments: [String]) async throws {
    let patience = Int(arguments.dropFirst().first ?? "") ?? 30
    let host = HostAccess(
      backups: "/nowhere", endpoint: .standard, patience: .seconds(patience))
    let service = try DaemonService(on: host)
    switch arguments.first {
    case "plan": try await plan(host)
    case "reload": try await service.reload()
    case "restart": try await service.restart()
    case "start": try await service.start()
    case "units": try await service.reloadUnits()
    case "healthy": print(await service.isHealthy())
    case "stopping": print(try await service.containersThatWouldStop().joined(separator: " "))
    default: print("error: plan | reload | restart | start | units | healthy | stopping [SECONDS]")
    }
    print("unit: \(service.unit ?? "none")")
  }

  /// Prints the file with icc false, and what this dockerd thinks of it.
  private static func plan(_ host: HostAccess) async throws {
    var reader = HostReader(startedAt: "2026-01-02T03:04:05Z")
    reader.endpoint = host.endpoint
    let snapshot = try await reader.snapshot()
    var plan = try DaemonConfigurationPlan(snapshot, on: host)
    let intervention = try plan.add(
      [DaemonRemedy(.icc, .bool(false), isReloadable: false)],
      slug: "daemon-inter-container-traffic",
      subject: .daemon)
    for line in intervention.diff { print(line) }
    print("validation: \(try await DaemonValidation().outcome(of: plan))")
  }
}
