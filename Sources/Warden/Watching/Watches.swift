import Glibc
import HardeningModel
import HostFacts
import Synchronization

/// The watches that the kernel has, and what each is for.
final class Watches: Sendable {
  private struct Watch {
    var number: Int32
    var interest: WatchPlan.Interest
  }

  private struct State {
    var watches: [FileIdentity: Watch] = [:]
    var identities: [Int32: FileIdentity] = [:]
    var isEnded = false

    mutating func forget(_ number: Int32) {
      guard let identity = identities.removeValue(forKey: number),
        watches[identity]?.number == number
      else { return }
      watches[identity] = nil
    }
  }

  private let inotify: Inotify
  private let state = Mutex(State())

  init(_ inotify: Inotify) { self.inotify = inotify }

  /// Nothing is touched any more, whatever is called.
  func end() { state.withLock { $0 = State(isEnded: true) } }

  /// How many there are.
  var count: Int { state.withLock(\.watches.count) }

  /// What the events that wait have touched.
  func touched() -> HostParts {
    state.withLock { state in state.isEnded ? HostParts() : take(&state) }
  }

  private func take(_ state: inout State) -> HostParts {
    var touched = HostParts()
    inotify.read { event in
      if event.isAny(of: IN_Q_OVERFLOW) {
        touched = .all
        return
      }
      guard let identity = state.identities[event.watch],
        let interest = state.watches[identity]?.interest
      else { return }
      if event.isAny(of: IN_IGNORED) { state.forget(event.watch) }
      if !event.name.isEmpty {
        touched.formUnion(interest.any)
        if let parts = interest.names[event.name] { touched.formUnion(parts) }
      } else if event.isAny(of: IN_DELETE_SELF, IN_MOVE_SELF, IN_UNMOUNT, IN_IGNORED) {
        touched.formUnion(interest.all)
      } else {
        touched.formUnion(interest.own)
        touched.formUnion(interest.any)
      }
    }
    return touched
  }

  /// Watches what `plan` has and nothing else. Only what differs from before is told to the kernel.
  ///
  /// Returns why something cannot be watched, and what was touched: by events, and because it is watched
  /// only now, so that it may have changed since it was read.
  func follow(_ plan: WatchPlan) -> (problems: [String], touched: HostParts) {
    state.withLock { state in
      guard !state.isEnded else { return ([], HostParts()) }
      // A number of an inode may be given out again; that the watch of the old one has ended is told.
      var touched = take(&state)
      var problems = plan.problems
      for (identity, watch) in state.watches where plan.interests[identity] == nil {
        inotify.remove(watch.number)
        state.forget(watch.number)
      }
      for (identity, interest) in plan.interests {
        let before = state.watches[identity]
        if let before, before.interest == interest { continue }
        if before?.interest.mask != interest.mask {
          do throws(Inotify.Failure) {
            let number = try inotify.add(interest.path, expecting: identity, interest.mask)
            state.identities[number] = identity
            state.watches[identity] = Watch(number: number, interest: interest)
          } catch {
            // What was replaced just now may not have been read; the next plan will have it.
            if error.isAbsence {
              touched.formUnion(interest.all)
            } else {
              problems.append(error.description)
            }
            continue
          }
        }
        state.watches[identity]?.interest = interest
        touched.formUnion(interest.fresh(since: before?.interest))
      }
      return (problems.sorted(), touched)
    }
  }
}

extension WatchPlan.Interest {
  /// What of it nobody has watched so far. That a file has become another was seen in its directory.
  fileprivate func fresh(since before: WatchPlan.Interest?) -> HostParts {
    var fresh = HostParts()
    if before?.any != any { fresh.formUnion(any) }
    for (name, parts) in names where before?.names[name] != parts { fresh.formUnion(parts) }
    return fresh
  }
}
