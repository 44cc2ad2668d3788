import DockerEngine
import HardeningModel
import Images

/// What the Engine says of images, as far as it is not remembered.
struct ImageAnswers: Sendable {
  /// By id, what an earlier pass found out.
  var remembered: [String: ImageMemory.Image] = [:]
  /// By id, what was asked now; an image that has disappeared is not there.
  var described: [String: Described] = [:]
  /// What was remembered, of these images and of others.
  var memory: ImageMemory?

  struct Described: Sendable {
    var description: Result<ImageDescription, EngineError>
    /// `nil` where the history is remembered.
    var history: Reading<ImageHistory>?
  }
}

/// Asks the Engine about images.
struct ImageReader: Sendable {
  let root: HostRoot
  /// Where earlier passes left what they found out; `nil` where nothing is kept.
  let file: ImageMemoryFile?

  /// What is known of the images with these ids.
  func answers(for ids: [String], _ client: EngineClient) async -> ImageAnswers {
    var answers = ImageAnswers()
    answers.memory = file?.load()
    var checked: [LayerStamp: Bool] = [:]
    for id in ids {
      guard var image = answers.memory?.images[id], image.isWhole else { continue }
      let isValid = image.files?.layers.allSatisfy { stamp in
        if let known = checked[stamp] { return known }
        let isValid = stamp.isValid(root)
        checked[stamp] = isValid
        return isValid
      }
      if isValid != true { image.files = nil }
      answers.remembered[id] = image
    }
    await ask(ids.filter { answers.remembered[$0]?.files == nil }, client, &answers)
    return answers
  }

  /// Asks about more images than those of the list.
  func extend(_ answers: inout ImageAnswers, to ids: [String], _ client: EngineClient) async {
    for id in ids {
      // What a stale layer would leave is asked again.
      guard let image = answers.memory?.images[id], image.isWhole,
        image.files?.layers.allSatisfy({ $0.isValid(root) }) == true
      else { continue }
      answers.remembered[id] = image
    }
    await ask(ids.filter { answers.remembered[$0] == nil }, client, &answers)
  }

  private func ask(_ ids: [String], _ client: EngineClient, _ answers: inout ImageAnswers) async {
    guard !ids.isEmpty else { return }
    let withoutHistory = ids.filter { answers.remembered[$0] == nil }
    // Each in turn, since the containers are asked for at the same time.
    async let descriptions = client.getAll(
      ids.map(EnginePath.image), as: ImageDescription.self, connections: 1)
    async let histories = client.getAll(
      withoutHistory.map { "/images/\($0)/history" }, as: ReducedHistory.self, connections: 1)
    var reduced: [String: Reading<ImageHistory>] = [:]
    for (id, result) in zip(withoutHistory, await histories) {
      switch result {
      case .success(let history): reduced[id] = .found(history.history)
      case .failure(let error): reduced[id] = .unreadable("\(error)")
      }
    }
    for (id, result) in zip(ids, await descriptions) {
      if case .failure(.notFound) = result {
        answers.remembered[id] = nil
        continue
      }
      answers.described[id] = ImageAnswers.Described(description: result, history: reduced[id])
    }
  }
}

/// The answer to `GET /images/{id}/history`, of which only what it comes to is kept.
private struct ReducedHistory: Decodable, Sendable {
  var history: ImageHistory

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    history = ImageHistory(reducing: try container.decode([HistoryItem].self))
  }
}
