import type { HistoryEvent } from "@fenceline/testing";

type OperationKind = Extract<HistoryEvent, { operation: string }>;
/** An event of one operation without its time and place. */
type Happening = OperationKind extends infer Event
  ? Event extends OperationKind
    ? Omit<Event, "lock" | "ms" | "operation" | "worker">
    : never
  : never;

export type BeliefEnd = "aborted" | "refused" | "released";

/** What one operation, which may be for several locks, has come to. */
export interface JournalOperation {
  readonly id: string;
  readonly worker: string;
  readonly node: number;
  readonly locks: readonly string[];
  /** Whether it is a try, which does not wait. */
  readonly isTry: boolean;
  /** Its acquire or try has ended. */
  ended: boolean;
  /** The locks in which its holder believes, each with the create revision of its entry in a queue if it has one. */
  readonly believed: Map<string, bigint | undefined>;
  /** Why it stopped believing in each lock. */
  readonly beliefEnds: Map<string, BeliefEnd>;
  /** All is over: not granted, given back, or its worker is dead. */
  settled: boolean;
}

/** The history of a schedule, as it is written. */
export interface Journal {
  readonly events: readonly HistoryEvent[];
  readonly operations: ReadonlyMap<string, JournalOperation>;
  begin(operation: Pick<JournalOperation, "id" | "isTry" | "locks" | "node" | "worker">): JournalOperation;
  /** Writes down what happened to an operation, for one of its locks or for all. */
  note(operation: JournalOperation, happening: Happening, locks?: readonly string[]): void;
  write(event: HistoryEvent): void;
  /** A worker is dead, and all that it did is over. */
  crash(worker: string): void;
  /** Takes back what was written of an operation's place in queues: an operator has removed it. */
  forgetPlace(id: string): void;
}

export function createJournal(now: () => number): Journal {
  let events: HistoryEvent[] = [];
  const operations = new Map<string, JournalOperation>();
  const forgotten = new Set<string>();
  return {
    get events() {
      return events;
    },
    operations,
    begin(from) {
      const operation = { ...from, ended: false, settled: false, believed: new Map(), beliefEnds: new Map() };
      operations.set(from.id, operation);
      return operation;
    },
    note({ id, locks: all, worker }, happening, locks = all) {
      if (happening.kind === "queued" && forgotten.has(id)) return;
      for (const lock of locks) events.push({ ...happening, lock, ms: now(), operation: id, worker });
    },
    write: (event) => events.push(event),
    crash(worker) {
      events.push({ kind: "crash", worker, ms: now() });
      for (const operation of operations.values()) {
        if (operation.worker !== worker) continue;
        operation.settled = true;
        operation.believed.clear();
      }
    },
    forgetPlace(id) {
      forgotten.add(id);
      events = events.filter((event) => event.kind !== "queued" || event.operation !== id);
    },
  };
}
