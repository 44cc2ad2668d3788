import Catalog
import HardeningModel
import HostFacts

/// How the service does its work: what its options and its configuration file come to.
package struct Settings: Sendable {
  package var configuration: Configuration
  package var terms: Assessment.Terms
  package var reader: HostReader
  /// The waivers as they are now; throws where their file is wrong.
  package var waivers: @Sendable () throws -> WaiversInUse
  /// The checks that the service may mend.
  package var enabled: [String]
  /// Files of dockward's own that count for a pass.
  package var watchedFiles: [String]
  /// The program's version.
  package var version: String

  package init(
    configuration: Configuration, terms: Assessment.Terms, reader: HostReader, enabled: [String],
    watchedFiles: [String], version: String, waivers: @escaping @Sendable () throws -> WaiversInUse
  ) {
    self.configuration = configuration
    self.terms = terms
    self.reader = reader
    self.waivers = waivers
    self.enabled = enabled
    self.watchedFiles = watchedFiles
    self.version = version
  }
}
