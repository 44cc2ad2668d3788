/// The same numbers for the same seed, on every machine (SplitMix64).
package struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// `bytes` with one to three places changed: a byte replaced, put in or taken out, a stretch
  /// doubled, or the end cut off.
  package mutating func mutated(_ bytes: [UInt8], alphabet: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...3, using: &self) where !result.isEmpty {
      let position = Int.random(in: 0..<result.count, using: &self)
      let byte = alphabet.randomElement(using: &self) ?? 0
      switch Int.random(in: 0..<9, using: &self) {
      case 0: result.removeSubrange(position...)
      case 1, 2: result.remove(at: position)
      case 3, 4: result.insert(byte, at: position)
      case 5:
        let end = min(result.count, position + Int.random(in: 1...6, using: &self))
        result.insert(contentsOf: result[position..<end], at: position)
      default: result[position] = byte
      }
    }
    return result
  }
}
