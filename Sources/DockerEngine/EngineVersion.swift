import HardeningModel

/// What an Engine says about itself, and the API version that follows from it.
package struct EngineVersion: Sendable, Hashable {
  /// The Engine's own, as in `28.2.2`; nil where it does not say it.
  package let version: String?
  /// The newest that the Engine speaks.
  package let apiVersion: APIVersion
  /// The oldest that the Engine speaks; nil where it does not say it, or did not have to be asked.
  package let minimumAPIVersion: APIVersion?
  /// The one in use: the newest that both sides know.
  package let negotiatedAPIVersion: APIVersion
}
