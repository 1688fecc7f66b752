import type {
  BeliefEndedEvent,
  FailEvent,
  GrantedEvent,
  InfoEvent,
  OkEvent,
  OperationEvent,
  QueuedEvent,
} from "./events.js";

/** All that is known of one operation. */
export interface Operation {
  readonly id: string;
  readonly worker: string;
  readonly lock: string;
  readonly call: "acquire" | "try";
  readonly invokedMs: number;
  /** The last entry that it had in the queue. */
  readonly queued?: QueuedEvent;
  /** How the acquire or the try ended. */
  readonly ended?: FailEvent | GrantedEvent | InfoEvent | OkEvent;
  readonly grant?: GrantedEvent;
  readonly beliefEnded?: BeliefEndedEvent;
  /** When release was first called. */
  readonly releaseInvokedMs?: number;
  /** How the last call of release ended. */
  readonly released?: FailEvent | InfoEvent | OkEvent;
}

/** An operation that was granted its lock. */
export interface Holding extends Operation {
  readonly grant: GrantedEvent;
}

export function isHolding(operation: Operation): operation is Holding {
  return operation.grant !== undefined;
}

type Draft = { -readonly [Field in keyof Operation]: Operation[Field] };

/**
 * The operation after an event of it, or why there can be no such event. `operation` is undefined before its
 * first event, and is changed in place afterwards.
 */
export function advance(operation: Operation | undefined, event: OperationEvent): Operation | string {
  const isFirst = event.kind === "invoke" && event.call !== "release";
  if (operation === undefined) {
    if (!isFirst) return "its acquire or try was never invoked";
    return {
      id: event.operation,
      worker: event.worker,
      lock: event.lock,
      call: event.call,
      invokedMs: event.ms,
    };
  }
  if (isFirst) return "it was invoked before";
  if (operation.worker !== event.worker) return `it belongs to worker ${operation.worker}`;
  return note(operation as Draft, event) ?? operation;
}

/** Writes an event down. Returns why there can be no such event, if so. */
function note(operation: Draft, event: OperationEvent): string | undefined {
  if (event.kind === "belief-ended") {
    if (operation.grant === undefined) return "it was not granted";
    operation.beliefEnded ??= event;
  } else if (event.kind === "invoke") {
    if (operation.grant === undefined) return "it was not granted";
    operation.releaseInvokedMs ??= event.ms;
    delete operation.released;
  } else if (event.kind !== "queued" && event.kind !== "granted" && event.call === "release") {
    if (operation.releaseInvokedMs === undefined) return "its release was not invoked";
    operation.released = event;
  } else if (operation.ended !== undefined) {
    return `it had ended with \`${operation.ended.kind}\``;
  } else if (event.kind === "queued") {
    operation.queued = event;
  } else {
    operation.ended = event;
    if (event.kind === "granted") operation.grant = event;
  }
  return undefined;
}
