import type { RecoveryMark } from "@fenceline/core";
import type { EtcdStore } from "@fenceline/testing";
import type { JournalOperation } from "./journal.js";
import { MARKS } from "./lock-keys.js";
import { operationOf, type QueueWatch, type StandingEntry } from "./queue-watch.js";
import type { Schedule } from "./schedule.js";

/** What should become of the recovery marks of locks with a delay, from how their holders ended in etcd. */
export interface MarkWatch {
  /** A lease or an operator takes entries away; to be told before they go. */
  cutOff(isCutOff: (entry: StandingEntry) => boolean): void;
  /** To be told of keys that went, before the queues are. */
  onDeleted(keys: readonly string[]): void;
  /** An operation was granted all its locks, and the queues know it. */
  noteGrant(operation: JournalOperation, recoveredFrom: readonly RecoveryMark[]): void;
  /** For how long an operation had to let its locks rest, in milliseconds. */
  restOf(operation: JournalOperation): number;
  /** What was wrong so far, and what is now that all is over. */
  problems(): readonly string[];
}

/** An unclean end that nobody has recovered from. */
interface UncleanEnd {
  /** The operations that the mark may name. */
  readonly operations: Set<string>;
  /** Whether there has to be a mark: nobody knows whether somebody who never heard of a grant had put one. */
  readonly isCertain: boolean;
  readonly ms: number;
}

interface MarkWatchOptions {
  readonly schedule: Schedule;
  readonly store: () => EtcdStore;
  readonly queues: QueueWatch;
  readonly now: () => number;
}

export function createMarkWatch({ schedule, store, queues, now }: MarkWatchOptions): MarkWatch {
  const { delays = {} } = schedule;
  const found: string[] = [];
  /** Who was granted an entry last: it may be handed on. */
  const holders = new Map<StandingEntry, JournalOperation>();
  const cutOff = new Set<StandingEntry>();
  /** Operations that an operator has taken a lock from: they may be told that they have lost the others too. */
  const robbed = new Set<JournalOperation | undefined>();
  const unclean = new Map<string, UncleanEnd>();
  const rests = new Map<JournalOperation, number>();

  /** Without a queue nobody can tell how a holder ended. */
  const delayOf = (lock: string): number => (schedule.wire === "etcd" ? (delays[lock] ?? 0) : 0);
  const entryOf = (lock: string, createRevision: bigint | undefined): StandingEntry | undefined =>
    queues.queueOf(lock).find((entry) => entry.createRevision === createRevision);

  const end = (entry: StandingEntry): void => {
    const name = entry.operation?.id ?? "";
    const holder = holders.get(entry);
    const isCutOff = cutOff.has(entry);
    const before = unclean.get(entry.lock);
    if (holder === undefined) {
      if (!isCutOff) return;
      const operations = new Set([...(before?.operations ?? []), name]);
      unclean.set(entry.lock, { operations, isCertain: before?.isCertain ?? false, ms: before?.ms ?? now() });
      return;
    }
    const why = holder.beliefEnds.get(entry.lock);
    if (!isCutOff && why === "released") return;
    // Who was refused and then gave back what still stood has released it, or was lost, as you like.
    const isCertain = isCutOff || (why !== "refused" && !robbed.has(holder));
    unclean.set(entry.lock, { operations: new Set([name]), isCertain, ms: now() });
  };

  const checkGrant = (operation: JournalOperation, lock: string, named: string | undefined): void => {
    const last = unclean.get(lock);
    unclean.delete(lock);
    if (named !== undefined && last?.operations.has(named) !== true)
      found.push(`marks: ${operation.id} was told of ${named}, which did not end unclean in lock "${lock}"`);
    if (last?.isCertain !== true) return;
    const names = [...last.operations].join(" or ");
    if (named === undefined) {
      found.push(`marks: ${operation.id} was not told of the unclean end of ${names} in lock "${lock}"`);
    }
    const freeMs = queues.grants.find((grant) => grant.operation === operation)?.freeMs ?? 0;
    const restedMs = now() - (operation.isTry ? last.ms : freeMs);
    if (restedMs >= delayOf(lock) - jumpedMs(schedule, operation.node)) return;
    found.push(
      `lock-delay: lock "${lock}" rested ${restedMs} ms after ${names}, then ${operation.id} got it`,
    );
  };

  return {
    cutOff(isCutOff) {
      for (const entry of queues.standing().filter(isCutOff)) {
        cutOff.add(entry);
        robbed.add(holders.get(entry));
      }
    },
    onDeleted(keys) {
      for (const entry of queues.standing()) {
        const isGone = keys.includes(entry.key) && store().get(entry.key) === undefined;
        if (isGone && delayOf(entry.lock) > 0) end(entry);
      }
    },
    noteGrant(operation, recoveredFrom) {
      for (const lock of operation.locks.filter((name) => delayOf(name) > 0)) {
        const entry = entryOf(lock, operation.believed.get(lock));
        const mark = recoveredFrom.find(({ name }) => name === lock);
        if (entry === undefined) continue;
        if (mark !== undefined) rests.set(operation, Math.max(rests.get(operation) ?? 0, delayOf(lock)));
        const isHandedOn = holders.has(entry);
        holders.set(entry, operation);
        if (!isHandedOn) checkGrant(operation, lock, mark && (mark.previous?.operation ?? "nobody"));
        else if (mark !== undefined) found.push(`marks: ${operation.id} was told of what was handed on`);
      }
    },
    restOf: (operation) => rests.get(operation) ?? 0,
    problems() {
      const left = Object.keys(delays).flatMap((lock) => {
        if (delayOf(lock) === 0) return [];
        const mark = store().get(MARKS + encodeURIComponent(lock.toWellFormed()));
        const last = unclean.get(lock);
        if (mark === undefined) {
          return last?.isCertain === true ? [`marks: the mark of ${[...last.operations]} has gone`] : [];
        }
        const named = operationOf(mark.value) ?? "nobody";
        return last?.operations.has(named) === true
          ? []
          : [`marks: a mark of ${named} was left in "${lock}"`];
      });
      return [...found, ...left];
    },
  };
}

/** How much sooner than it should a process ends its wait whose clock was moved. */
function jumpedMs({ steps }: Schedule, node: number): number {
  return steps.reduce((sum, step) => sum + (step.do === "jump" && step.node === node ? step.byMs : 0), 0);
}
