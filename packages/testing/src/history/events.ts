/** What every event carries. */
interface Stamped {
  /**
   * When it happened, in ms on the monotonic clock of the host, `Number(process.hrtime.bigint()) / 1e6` or
   * any other reading of that one clock. The processes of one machine share it.
   */
  readonly ms: number;
}

interface OfWorker extends Stamped {
  readonly worker: string;
}

/**
 * An operation is one wish for one lock: its acquire or try, the holding, and its release. `operation` names it,
 * once in the whole history for this lock.
 */
interface OfOperation extends OfWorker {
  readonly lock: string;
  readonly operation: string;
}

/** What a worker asks for: a wait, an attempt without waiting, or the end of a holding. */
export type Call = "acquire" | "release" | "try";

/** Logged before the call is made. */
interface InvokeEvent extends OfOperation {
  readonly kind: "invoke";
  readonly call: Call;
}

/** The entry of an acquire stands in the lock's queue. Optional: whoever can see the queue logs it. */
export interface QueuedEvent extends OfOperation {
  readonly kind: "queued";
  readonly createRevision: bigint;
}

/** The good end of an acquire or a try: the worker believes from here on that it holds the lock. */
export interface GrantedEvent extends OfOperation {
  readonly kind: "granted";
  readonly token: bigint;
  /** Of the entry in etcd, not the revision in the token. Without it (other scopes, wire formats without a queue) fairness is not judged. */
  readonly createRevision?: bigint | undefined;
}

/** The good end of a release, or of a try that found the lock taken. */
export interface OkEvent extends OfOperation {
  readonly kind: "ok";
  readonly call: "release" | "try";
}

/** The call ended and has certainly granted nothing (acquire, try) or freed nothing (release). */
export interface FailEvent extends OfOperation {
  readonly kind: "fail";
  readonly call: Call;
  readonly reason?: string | undefined;
}

/** The call ended and its outcome is not known: it may have happened, may yet happen, or never will. */
export interface InfoEvent extends OfOperation {
  readonly kind: "info";
  readonly call: Call;
  readonly reason?: string | undefined;
}

/**
 * The holder stopped believing. `released`: it is about to release, logged before the call. `aborted`:
 * `lock.signal` aborted. `refused`: `assertHeld()` threw or the resource refused its write.
 */
export interface BeliefEndedEvent extends OfOperation {
  readonly kind: "belief-ended";
  readonly why: "aborted" | "refused" | "released";
}

/** A guarded write, logged **by the resource**: `beginMs` to `ms` is the time in which it was applied. */
export interface EffectEvent extends OfWorker {
  readonly kind: "effect";
  readonly lock: string;
  /** Which resource, where a lock guards several. Default: the only one. */
  readonly resource?: string | undefined;
  readonly token: bigint;
  readonly accepted: boolean;
  readonly beginMs: number;
}

/** The worker's process stands still: logged before it is stopped, and after it was told to go on. */
interface PauseEvent extends OfWorker {
  readonly kind: "pause" | "resume";
}

/** The worker is dead: logged when its process is known to be gone. Whoever takes its place has another name. */
interface CrashEvent extends OfWorker {
  readonly kind: "crash";
}

/** The worker's lease ended on the server, by itself or because somebody revoked it. */
export interface SessionEndedEvent extends OfWorker {
  readonly kind: "session-ended";
  readonly how: "expired" | "revoked";
  /** The earliest time at which it can have ended, where `ms` is when somebody noticed. Default: `ms`. */
  readonly notBeforeMs?: number | undefined;
}

/** A planned fault, and what became of it. `fault` names one planned fault, `type` what kind it is. */
export interface FaultEvent extends Stamped {
  readonly kind: "fault";
  readonly fault: string;
  readonly type: string;
  readonly phase: "fired" | "healed" | "planned";
}

/** etcd takes no writes, or takes them again. An election counts: the new leader starts all TTLs anew. */
interface AvailabilityEvent extends Stamped {
  readonly kind: "etcd-available" | "etcd-unavailable";
}

/** One entry that an audit found in a queue. */
export interface LeftEntry {
  readonly lock: string;
  readonly key: string;
  /** The worker it belongs to, where that can be told. */
  readonly worker?: string | undefined;
}

/** The audit at the end of a run: every entry that stands in a queue. Empty is the usual, good answer. */
export interface EntriesLeftEvent extends Stamped {
  readonly kind: "entries-left";
  readonly entries: readonly LeftEntry[];
}

/**
 * One line of a history: what a worker, a resource or the runner saw, when. See `checkHistory` for what is
 * made of them, `formatEvent` and `parseHistory` for the lines.
 */
export type HistoryEvent =
  | AvailabilityEvent
  | BeliefEndedEvent
  | CrashEvent
  | EffectEvent
  | EntriesLeftEvent
  | FailEvent
  | FaultEvent
  | GrantedEvent
  | InfoEvent
  | InvokeEvent
  | OkEvent
  | PauseEvent
  | QueuedEvent
  | SessionEndedEvent;

/** Events that belong to one operation. */
export type OperationEvent =
  | BeliefEndedEvent
  | FailEvent
  | GrantedEvent
  | InfoEvent
  | InvokeEvent
  | OkEvent
  | QueuedEvent;
