import HardeningModel

/// The catalog as JSON. Every key is always there.
package enum JSONCatalog {
  /// The bytes of the document `dockward.list.v1`, ended by a newline.
  package static func bytes(of listing: CatalogListing) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { document in
      document.member("schema", "dockward.list.v1")
      document.member("benchmark") { $0.object { $0.identity(of: listing.benchmark) } }
      document.member("checks") {
        $0.list(listing.rows) { writer, row in
          writer.object {
            $0.place(row.entry, section: row.section)
            $0.nature(surface: row.check.surface, stride: row.check.stride)
          }
        }
      }
    }
    writer.raw("\n")
    return writer.bytes
  }

  /// The bytes of the document `dockward.explain.v1`, ended by a newline.
  package static func bytes(of references: [CheckReference]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { document in
      document.member("schema", "dockward.explain.v1")
      document.member("checks") {
        $0.list(references) { writer, reference in
          writer.object { write(reference, to: &$0) }
        }
      }
    }
    writer.raw("\n")
    return writer.bytes
  }

  private static func write(_ reference: CheckReference, to writer: inout JSONWriter) {
    let check = reference.check
    writer.member("slug", check.slug)
    writer.nature(surface: check.surface, stride: check.stride)
    writer.member("reads", check.explanation.reads)
    writer.member("passes", check.explanation.passes)
    writer.member("threat", check.explanation.threat)
    writer.remediation(check.remedy)
    writer.member("benchmarks") {
      $0.list(reference.places) { writer, place in
        writer.object {
          $0.member("benchmark", place.benchmark.id)
          $0.place(place.entry, section: place.section)
        }
      }
    }
  }
}

extension JSONWriter {
  mutating func identity(of benchmark: Benchmark) {
    member("id", benchmark.id)
    member("title", benchmark.title)
    member("version", benchmark.version)
  }

  /// Where a benchmark has a check, and what it says of it.
  mutating func place(_ entry: Benchmark.Entry, section: String) {
    member("id", entry.id)
    member("slug", entry.slug)
    member("title", entry.title)
    member("section", section)
    member("level", entry.level)
    switch entry.marking {
    case .scored, .notScored:
      member("scored", entry.marking == .scored)
      member("assessment", nil as String?)
    case .automated, .manual:
      member("scored", nil as Bool?)
      member("assessment", entry.marking == .automated ? "automated" : "manual")
    }
  }

  mutating func nature(surface: Surface, stride: [Stride]) {
    member("surface", surface.rawValue)
    member("stride") { $0.list(stride) { $0.string($1.rawValue) } }
  }

  mutating func remediation(_ remedy: Remedy) {
    member("remediation") {
      $0.object {
        $0.member("kind", remedy.kind.rawValue)
        $0.member("disruption", remedy.disruption.rawValue)
        $0.member("advice", remedy.advice)
      }
    }
  }
}
