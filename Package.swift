// swift-tools-version: 6.2
import PackageDescription

/// Every target of our own is compiled in Swift 6 mode with warnings as errors.
let house: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "dockward",
  products: [
    .executable(name: "dockward", targets: ["dockward"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    // Without Foundation.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    .systemLibrary(
      name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .target(name: "CShims", dependencies: ["CSystemd"]),
    .target(name: "Systemd", dependencies: ["CSystemd"], swiftSettings: house),
    .target(name: "HardeningModel", swiftSettings: house),
    .target(
      name: "Images", dependencies: ["HardeningModel", "Documents"], swiftSettings: house),
    .target(
      name: "Documents",
      dependencies: [
        "HardeningModel", "CShims", "Yams",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: house),
    .target(
      name: "Catalog", dependencies: ["HardeningModel", "Documents"], swiftSettings: house),
    .target(
      name: "DockerEngine",
      dependencies: [
        "HardeningModel", "Documents",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ], swiftSettings: house),
    .target(
      name: "Netlink",
      dependencies: [
        "HardeningModel", "CShims", .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    .target(
      name: "HostFacts",
      dependencies: [
        "HardeningModel", "Documents", "DockerEngine", "Images", "Netlink", "CShims", "Systemd",
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    .target(
      name: "Drift",
      dependencies: ["HardeningModel", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: house),
    .target(
      name: "Store",
      dependencies: [
        "HardeningModel", "Drift", "Documents",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    // The only target that changes the host.
    .target(
      name: "Remediation",
      dependencies: [
        "HardeningModel", "Catalog", "DockerEngine", "Documents", "HostFacts", "Netlink", "Store",
        "CShims", "Systemd",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    // docker-bench's definitions and its command line's output; the only target that starts a shell.
    .target(
      name: "DockerBench",
      dependencies: [
        "HardeningModel", "Documents", "Reporting", "CShims",
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    .target(name: "Reporting", dependencies: ["HardeningModel", "Drift"], swiftSettings: house),
    // What journald and the service manager are told.
    .target(
      name: "Journal",
      dependencies: [
        "HardeningModel", "Drift", "Reporting", "CShims",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    // The service.
    .target(
      name: "Warden",
      dependencies: [
        "HardeningModel", "Catalog", "DockerEngine", "Documents", "Drift", "HostFacts", "Journal",
        "Remediation", "Reporting", "Store", "Systemd", "CShims",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    .executableTarget(
      name: "dockward",
      dependencies: [
        "HardeningModel", "Catalog", "HostFacts", "Reporting", "Documents", "DockerEngine", "Drift",
        "Store", "Remediation", "Journal", "Warden", "DockerBench",
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: house),
    // What more than one of the test targets needs.
    .target(
      name: "TestSupport", path: "Tests/Support", exclude: ["Fixtures"], swiftSettings: house),
    // Writes to a store until it is killed, for StoreTests.
    .executableTarget(
      name: "StoreWriter",
      dependencies: [
        "HardeningModel", "Drift", "Store", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Tests/StoreWriter", swiftSettings: house),
    // Tells the service manager what its arguments say, for JournalTests.
    .executableTarget(
      name: "ServiceTeller", dependencies: ["Journal"], path: "Tests/ServiceTeller",
      swiftSettings: house),
    .testTarget(
      name: "DocumentsTests",
      dependencies: [
        "Documents", "CShims", "TestSupport",
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    .testTarget(
      name: "CatalogTests",
      dependencies: [
        "HardeningModel", "Documents", "Catalog", "Drift", "Reporting", "TestSupport",
      ],
      swiftSettings: house),
    .testTarget(
      name: "DockerEngineTests",
      dependencies: [
        "HardeningModel", "DockerEngine", "TestSupport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ], swiftSettings: house),
    .testTarget(
      name: "HostFactsTests",
      dependencies: [
        "HardeningModel", "Documents", "DockerEngine", "HostFacts", "Images", "Netlink", "CShims",
        "TestSupport", .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    .testTarget(
      name: "ImagesTests", dependencies: ["HardeningModel", "Images", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "DriftTests", dependencies: ["HardeningModel", "Drift", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "StoreTests",
      dependencies: [
        "HardeningModel", "Documents", "Drift", "Store", "TestSupport", "StoreWriter",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    .testTarget(
      name: "RemediationTests",
      dependencies: [
        "HardeningModel", "Catalog", "Documents", "DockerEngine", "HostFacts", "Netlink", "Store",
        "Remediation", "TestSupport", "CShims",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    .testTarget(
      name: "ReportingTests", dependencies: ["HardeningModel", "Drift", "Reporting"],
      exclude: ["Goldens"], swiftSettings: house),
    .testTarget(
      name: "DockerBenchTests",
      dependencies: ["HardeningModel", "Documents", "DockerBench", "TestSupport"],
      exclude: ["Goldens"], swiftSettings: house),
    .testTarget(
      name: "JournalTests",
      dependencies: [
        "HardeningModel", "Drift", "Journal", "Reporting", "ServiceTeller", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    .testTarget(
      name: "WardenTests",
      dependencies: [
        "HardeningModel", "Catalog", "DockerEngine", "Drift", "HostFacts", "Journal", "Store",
        "TestSupport", "Warden", .product(name: "Logging", package: "swift-log"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: house),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "dockward", "HardeningModel", "Drift", "Store", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: house),
    .testTarget(
      name: "MachineTests",
      dependencies: ["HardeningModel", "Documents", "Catalog", "Drift", "Store", "TestSupport"],
      swiftSettings: house),
    .testTarget(name: "VirtualMachineTests", dependencies: ["TestSupport"], swiftSettings: house),
  ]
)
