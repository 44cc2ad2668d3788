import HardeningModel

/// One image as an evaluator sees it.
struct ImageView {
  let image: ImageSummary
  let facts: ImageFacts
  let context: Context

  /// The value that was read; throws where it was not.
  func known<Value>(
    _ value: (ImageFacts) -> Reading<Value>, _ what: String
  ) throws -> Value {
    switch value(facts) {
    case .found(let value): return value
    case .absent: throw CannotTell("\(what) was not read")
    case .unreadable(let reason): throw CannotTell(reason)
    }
  }

  /// The image that a step of the history belongs to, where that is another one that is here.
  func base(ofStep step: Int, in history: ImageHistory) -> String? {
    guard let base = history.bases.first(where: { $0.step >= step }),
      let image = context.snapshot.images.value?.first(where: { $0.id == base.id }),
      image.id != self.image.id
    else { return nil }
    return image.reference
  }

  /// `step 3`, and of which image it is.
  func place(ofStep step: Int, in history: ImageHistory) -> String {
    let base = base(ofStep: step, in: history)
    return "step \(step)" + (base.map { " (of \(quoted($0)))" } ?? "")
  }
}

extension Check {
  /// A check with one finding for each image in the scope.
  static func ofImages(
    _ slug: String, stride: [Stride], surface: Surface = .registry, explanation: Explanation,
    remedy: Remedy, expected: String, onlyInUse: Bool = false,
    judge: @escaping @Sendable (ImageView) throws -> Opinion
  ) -> Check {
    Check(
      slug: slug, surface: surface, stride: stride, explanation: explanation, remedy: remedy
    ) { context in
      context.imageFindings(onlyInUse: onlyInUse) { view in
        let opinion = try judge(view)
        return Finding(
          subject: .image(view.image.reference), verdict: opinion.verdict,
          observed: opinion.observed, expected: expected, source: opinion.source,
          reason: opinion.reason,
          // An image never changes, and which one it is, is compared for every tag; the rest are counts,
          // an age, and other names of it.
          compared: .verdict)
      }
    }
  }
}

extension Context {
  /// A finding for each image in the scope; one of the daemon when there are none to be seen.
  /// What `judge` throws makes the finding unknown.
  func imageFindings(
    onlyInUse: Bool, _ judge: (ImageView) throws -> Finding
  ) -> [Finding] {
    do {
      let images = try scopedImages(onlyInUse: onlyInUse)
      if images.isEmpty {
        let none = onlyInUse || !isWholeScope ? "no image is in use" : "there are no images"
        return [
          Finding(
            subject: .daemon, verdict: .notApplicable, source: ImageChecks.list, reason: none)
        ]
      }
      return images.map { image in
        do {
          let facts =
            snapshot.imageFacts[image.id] ?? ImageFacts(unreadable: "it was not inspected")
          return try judge(ImageView(image: image, facts: facts, context: self))
        } catch {
          return Finding(
            subject: .image(image.reference), verdict: .unknown, source: ImageChecks.inspection,
            reason: "\(error)")
        }
      }
    } catch {
      return [Finding(subject: .daemon, verdict: .unknown, reason: "\(error)")]
    }
  }

  /// All images of the list; throws where there is no list.
  func allImages() throws -> [ImageSummary] {
    switch snapshot.images {
    case .found(let images): return images
    case .absent: throw CannotTell("the images were not read")
    case .unreadable(let reason): throw CannotTell(reason)
    }
  }

  /// The ids of the images that the containers of `readings` were made from.
  func imageIDs(of containers: Reading<[JudgedContainer]>) throws -> Set<String> {
    switch containers {
    case .absent: throw CannotTell("the containers were not read")
    case .unreadable(let reason): throw CannotTell(reason)
    case .found(let containers):
      return Set(
        try containers.map { container in
          switch container.inspection {
          case .absent: throw CannotTell("container \(quoted(container.name)) was not inspected")
          case .unreadable(let reason): throw CannotTell(reason)
          case .found(let inspected):
            return try inspected.container.imageID.known("Image", null: "")
          }
        })
    }
  }

  private var isWholeScope: Bool { scope == ContainerScope() }

  private func scopedImages(onlyInUse: Bool) throws -> [ImageSummary] {
    let images = try allImages()
    guard onlyInUse || !isWholeScope else { return images }
    let ids = try imageIDs(of: containers)
    return images.filter { ids.contains($0.id) }
  }
}

/// Section 4: what containers are made from.
enum ImageChecks {
  static let list = "GET /images/json"
  static let inspection = "GET /images/{id}/json"
  static let history = "GET /images/{id}/history"

  static let all: [Check] = [user] + origin + contents + steps
}

/// At most `limit` of `items` in words, and how many more there are.
func listed(_ items: [String], limit: Int = 20) -> String {
  let shown = items.prefix(limit).joined(separator: ", ")
  return items.count > limit ? "\(shown) and \(items.count - limit) more" : shown
}
