extension ImageSummary {
  /// Its tags, without the sign for having none.
  package var ownTags: [String] {
    (tags.value ?? []).filter { !$0.hasPrefix("<none>") }.sorted()
  }

  /// Its digests in registries, without the sign for having none.
  package var ownDigests: [String] {
    (digests.value ?? []).filter { !$0.hasPrefix("<none>") }.sorted()
  }

  /// What it is best known under.
  package var reference: String { ownTags.first ?? ownDigests.first ?? id }
}
