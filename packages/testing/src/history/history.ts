import { HistoryError } from "./errors.js";
import type { EffectEvent, EntriesLeftEvent, FaultEvent, HistoryEvent, SessionEndedEvent } from "./events.js";
import { formatEvent } from "./history-lines.js";
import { advance, type Holding, isHolding, type Operation } from "./operation.js";
import { inOrder } from "./sorted.js";
import type { Span, Worker } from "./worker.js";

/** What happened to one lock. */
export interface LockHistory {
  readonly lock: string;
  /** In the order in which they were invoked. */
  readonly operations: readonly Operation[];
  /** In the order in which they were granted. */
  readonly holdings: readonly Holding[];
  /** In the order in which they began. */
  readonly effects: readonly EffectEvent[];
}

/** Events, sorted out: what the checks read. */
export interface History {
  readonly locks: readonly LockHistory[];
  /** What happened to a worker. */
  readonly worker: (name: string) => Worker;
  readonly workers: readonly Worker[];
  /** When etcd took no writes. */
  readonly outages: readonly Span[];
  readonly faults: readonly FaultEvent[];
  /** The last one. */
  readonly audit: EntriesLeftEvent | undefined;
  /** The time of the last event; 0 if there is none. */
  readonly endMs: number;
}

interface WorkerDraft extends Worker {
  readonly pauses: Span[];
  crashMs: number;
  readonly sessionEnds: SessionEndedEvent[];
}

interface LockDraft {
  readonly operations: Map<string, Operation>;
  readonly effects: EffectEvent[];
}

/**
 * Sorts events out by lock and by worker.
 *
 * @throws HistoryError for an event that contradicts those before it, such as a grant that nobody asked for.
 */
export function readHistory(events: readonly HistoryEvent[]): History {
  const locks = new Map<string, LockDraft>();
  const workers = new Map<string, WorkerDraft>();
  const outages: Span[] = [];
  const faults: FaultEvent[] = [];
  let audit: EntriesLeftEvent | undefined;

  const inTime = inOrder(events, ({ ms }) => ms);
  for (const event of inTime) {
    switch (event.kind) {
      case "fault":
        faults.push(event);
        break;
      case "entries-left":
        audit = event;
        break;
      case "etcd-unavailable":
        begin(outages, event.ms);
        break;
      case "etcd-available":
        end(outages, event.ms);
        break;
      case "pause":
      case "resume":
      case "crash":
      case "session-ended":
        noteWorker(workerOf(event.worker), event);
        break;
      case "effect":
        lockOf(event.lock).effects.push(event);
        break;
      default: {
        const { operations } = lockOf(event.lock);
        const isDead = event.ms > workerOf(event.worker).crashMs;
        const operation = isDead ? "its worker had crashed" : advance(operations.get(event.operation), event);
        if (typeof operation === "string") {
          throw new HistoryError(events.indexOf(event) + 1, `${operation}: ${formatEvent(event)}`);
        }
        operations.set(event.operation, operation);
      }
    }
  }

  return {
    locks: [...locks].map(([lock, draft]) => finishLock(lock, draft)),
    worker: workerOf,
    workers: [...workers.values()],
    outages,
    faults,
    audit,
    endMs: inTime.at(-1)?.ms ?? 0,
  };

  function lockOf(name: string): LockDraft {
    return getOrAdd(locks, name, () => ({ operations: new Map(), effects: [] }));
  }

  function workerOf(name: string): WorkerDraft {
    return getOrAdd(workers, name, () => ({ name, pauses: [], crashMs: Infinity, sessionEnds: [] }));
  }
}

function getOrAdd<V>(map: Map<string, V>, key: string, create: () => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const added = create();
  map.set(key, added);
  return added;
}

type WorkerEvent = Extract<HistoryEvent, { kind: "crash" | "pause" | "resume" | "session-ended" }>;

function noteWorker(worker: WorkerDraft, event: WorkerEvent): void {
  if (event.kind === "session-ended") {
    worker.sessionEnds.push(event);
  } else if (event.kind === "crash") {
    worker.crashMs = Math.min(worker.crashMs, event.ms);
  } else if (event.kind === "pause") {
    begin(worker.pauses, event.ms);
  } else {
    end(worker.pauses, event.ms);
  }
}

function begin(spans: Span[], ms: number): void {
  if (spans.at(-1)?.toMs !== Infinity) spans.push({ fromMs: ms, toMs: Infinity });
}

function end(spans: Span[], ms: number): void {
  const last = spans.at(-1);
  if (last?.toMs === Infinity) last.toMs = ms;
}

function finishLock(lock: string, { effects, operations }: LockDraft): LockHistory {
  const all = [...operations.values()];
  return {
    lock,
    operations: all,
    holdings: inOrder(all.filter(isHolding), ({ grant }) => grant.ms),
    effects: inOrder(effects, ({ beginMs }) => beginMs),
  };
}
