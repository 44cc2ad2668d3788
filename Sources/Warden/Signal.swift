import HostFacts

/// What the auditor is told.
enum Signal: Sendable {
  /// Something has been touched after nothing was.
  case touched
  /// The moment is over in which changes are gathered.
  case gathered
  /// It is time for a pass over all.
  case due
  /// What was asked of the Engine is answered, or is not going to be.
  case engineRead(EngineSide, HostParts, since: ContinuousClock.Instant)
  /// The Engine's event stream has begun, or begun anew.
  case engineCame
  /// The event stream has ended.
  case engineWent
  /// The Engine has been away for a while, since the time of that number.
  case engineStaysAway(Int)
  /// What could not be read of the Engine is to be read again.
  case retry
  /// The journal is to be told what it did not take before.
  case tellAgain
  /// What still ran may be started again.
  case mendAgain
  /// A unit has done its work, or could not, for this reason.
  case ended(HelperUnit, failure: String?)
  /// The configuration is to be read again.
  case reload
  /// To be answered with a sign of life.
  case heartbeat
  #if DEBUG
  /// Never to be answered, to see what becomes of a service that hangs.
  case hang
  #endif
}

/// What the auditor wants done while it goes on; what comes of it is signalled.
enum Errand: Sendable {
  case wait(Duration, then: Signal)
  /// Has a unit do what the service may not.
  case run(HelperUnit)
  /// Asks the Engine for `parts`; of the rest stands what `earlier` has. One that is not here is not
  /// started by being asked.
  case readEngine(HostReader, HostParts, since: EngineSide?, of: OwnSide, isHere: Bool)
}
