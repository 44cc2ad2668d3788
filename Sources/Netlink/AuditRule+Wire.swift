import HardeningModel

/// `struct audit_rule_data` of `linux/audit.h`, as `AUDIT_LIST_RULES` sends it.
extension AuditRule {
  static let maximumOfFields = 64
  /// The mask has a bit for each system call; the last sixteen stand for whole classes of them, which
  /// the kernel puts into the others.
  static let maskWords = 64
  private static let lastWordOfAll = 62

  /// The rule that `payload` is; throws where it is cut off or contradicts itself.
  package init(wire payload: ArraySlice<UInt8>) throws(NetlinkMessage.Malformed) {
    var reader = NativeBytes(payload)
    // AUDIT_FILTER_PREPEND may stand beside the filter.
    let filter = Self.filter(try reader.uint32() & ~0x10)
    let action = Self.action(try reader.uint32())
    let count = Int(try reader.uint32())
    guard count <= Self.maximumOfFields else {
      throw NetlinkMessage.Malformed("an audit rule of \(count) fields")
    }
    let systemCalls = Self.systemCalls(in: try reader.uint32s(Self.maskWords))
    let numbers = try reader.uint32s(Self.maximumOfFields)
    let values = try reader.uint32s(Self.maximumOfFields)
    let comparisons = try reader.uint32s(Self.maximumOfFields)
    var texts = NativeBytes(try reader.take(Int(try reader.uint32())))
    var fields: [Field] = []
    for index in 0..<count {
      var field = Field(
        Self.fieldNames[numbers[index]] ?? "field \(numbers[index])",
        Self.comparisons[comparisons[index]] ?? "?", value: values[index])
      if Self.textFields.contains(field.name) {
        // The texts stand one after the other, each as long as its field's value says.
        field.text = String(decoding: try texts.take(Int(values[index])), as: UTF8.self)
        field.value = 0
      }
      fields.append(field)
    }
    self.init(filter, action, systemCalls: systemCalls, fields: fields)
  }

  private static func systemCalls(in mask: [UInt32]) -> [Int]? {
    if mask[0...lastWordOfAll].allSatisfy({ $0 == .max }) { return nil }
    return mask.indices.flatMap { word in
      (0..<32).filter { mask[word] >> $0 & 1 == 1 }.map { word * 32 + $0 }
    }
  }

  /// By their numbers.
  static let filters: [Filter] = [
    .user, .task, .entry, .watch, .exit, .exclude, .filesystem, .ioUring,
  ]
  static let actions: [Action] = [.never, .possible, .always]

  private static func filter(_ number: UInt32) -> Filter {
    number < filters.count ? filters[Int(number)] : .other
  }

  private static func action(_ number: UInt32) -> Action {
    number < actions.count ? actions[Int(number)] : .other
  }

  static let fieldNames: [UInt32: String] = [
    0: "pid", 1: "uid", 2: "euid", 3: "suid", 4: "fsuid", 5: "gid", 6: "egid", 7: "sgid",
    8: "fsgid", 9: "auid", 10: "pers", 11: "arch", 12: "msgtype", 13: "subj_user",
    14: "subj_role", 15: "subj_type", 16: "subj_sen", 17: "subj_clr", 18: "ppid", 19: "obj_user",
    20: "obj_role", 21: "obj_type", 22: "obj_lev_low", 23: "obj_lev_high", 24: "loginuid_set",
    25: "sessionid", 26: "fstype", 100: "devmajor", 101: "devminor", 102: "inode", 103: "exit",
    104: "success", 105: "path", 106: "perm", 107: "dir", 108: "filetype", 109: "obj_uid",
    110: "obj_gid", 111: "field_compare", 112: "exe", 113: "saddr_fam", 200: "a0", 201: "a1",
    202: "a2", 203: "a3", 210: "key",
  ]

  static let textFields: Set<String> = [
    "subj_user", "subj_role", "subj_type", "subj_sen", "subj_clr", "obj_user", "obj_role",
    "obj_type", "obj_lev_low", "obj_lev_high", "path", "dir", "exe", "key",
  ]

  /// `AUDIT_EQUAL` and so on.
  static let comparisons: [UInt32: String] = [
    0x4000_0000: "=", 0x3000_0000: "!=", 0x1000_0000: "<", 0x2000_0000: ">", 0x5000_0000: "<=",
    0x6000_0000: ">=", 0x0800_0000: "&", 0x4800_0000: "&=",
  ]
}
