import HardeningModel

extension AuditRule {
  /// The rule as `struct audit_rule_data` of `linux/audit.h`, by which the kernel takes it: what
  /// auditctl(8) sends for it, byte for byte, where it is about all system calls. `nil` for a rule that
  /// has more fields than the kernel takes, or a field, filter or action that has no number here.
  package var wire: [UInt8]? {
    guard let filter = Self.number(of: filter), let action = Self.number(of: action),
      fields.count <= Self.maximumOfFields
    else { return nil }
    var (numbers, values, comparisons) = ([UInt32](), [UInt32](), [UInt32]())
    var texts: [UInt8] = []
    for field in fields {
      guard let number = Self.fieldNames.first(where: { $0.value == field.name })?.key,
        let comparison = Self.comparisons.first(where: { $0.value == field.comparison })?.key
      else { return nil }
      numbers.append(number)
      comparisons.append(comparison)
      if Self.textFields.contains(field.name) {
        guard let text = field.text, !text.isEmpty else { return nil }
        values.append(UInt32(text.utf8.count))
        texts += text.utf8
      } else {
        values.append(field.value)
      }
    }
    var mask = [UInt32](repeating: systemCalls == nil ? .max : 0, count: Self.maskWords)
    for call in systemCalls ?? [] {
      guard mask.indices.contains(call / 32) else { return nil }
      mask[call / 32] |= 1 << UInt32(call % 32)
    }
    func padded(_ words: [UInt32]) -> [UInt32] {
      words + [UInt32](repeating: 0, count: Self.maximumOfFields - words.count)
    }
    let words =
      [filter, action, UInt32(fields.count)] + mask + padded(numbers) + padded(values)
      + padded(comparisons) + [UInt32(texts.count)]
    return words.flatMap { word in withUnsafeBytes(of: word) { Array($0) } } + texts
  }

  private static func number(of filter: Filter) -> UInt32? {
    filters.firstIndex(of: filter).map(UInt32.init)
  }

  private static func number(of action: Action) -> UInt32? {
    actions.firstIndex(of: action).map(UInt32.init)
  }
}
