import Foundation
import Journal

// Tells the service manager that its environment names, and prints what came of each: `true` or `false`,
// and of `watchdog` the period.

let manager = ServiceManager()
for argument in CommandLine.arguments.dropFirst() {
  switch argument {
  case "ready": print(manager.ready("watching"))
  case "reloading": print(manager.reloading())
  case "stopping": print(manager.stopping())
  case "alive": print(manager.alive())
  case "flood":
    while manager.alive() {}
    print(manager.isThere)
  case "watchdog": print(manager.watchdogPeriod.map { "\($0)" } ?? "nobody watches")
  default: print(manager.status(argument))
  }
}
