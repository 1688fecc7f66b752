import { type Coordinator, FencelineError, type Lock, type LockKey, lockKey } from "@fenceline/core";
import type { BeliefEnd, JournalOperation } from "./journal.js";
import type { Incarnation } from "./node.js";
import type { Take } from "./schedule.js";
import { type Subject, sleep, type World } from "./world.js";

/** Asks for locks, works under them and gives them back, and writes down what it does and sees. Never rejects. */
export async function take(step: Take, by: Incarnation, world: World, subject: Subject): Promise<void> {
  const coordinator = by.coordinator as Coordinator;
  const { journal } = world;
  by.begun += 1;
  const { node, worker } = by;
  const operation = journal.begin({
    id: `${worker}-${by.begun}`,
    worker,
    node,
    locks: step.locks,
    isTry: step.how === "try",
  });
  const call = operation.isTry ? "try" : "acquire";
  const keys = step.locks.map((name) => keyOf(name, world));
  journal.note(operation, { kind: "invoke", call });

  const abort = new AbortController();
  const { abortAfterMs, timeoutMs } = step;
  if (abortAfterMs !== undefined) by.process.clock.startTimer(abortAfterMs, () => abort.abort());
  const options = { operation: operation.id, signal: abort.signal };
  const waiting = timeoutMs === undefined ? options : { ...options, timeoutMs };

  const hold = async (granted: Lock): Promise<void> => {
    const { sessionState } = coordinator;
    const leaseId = "leaseId" in sessionState ? sessionState.leaseId : 0n;
    const lock = subject.lock?.(granted, leaseId) ?? granted;
    believe(lock, operation, world);
    await work(lock, step, operation, by, world);
    endBelief(operation, "released", world);
    journal.note(operation, { kind: "invoke", call: "release" });
  };
  try {
    if (step.how === "withLock") {
      await coordinator.withLock(keys, waiting, hold);
    } else {
      const lock =
        step.how === "try"
          ? await coordinator.tryAcquire(keys, options)
          : await coordinator.acquire(keys, waiting);
      if (lock !== undefined) {
        await hold(lock);
        await lock.release();
      }
    }
  } catch (error) {
    if (!operation.ended) {
      operation.ended = true;
      const reason = FencelineError.is(error) ? error.code : "aborted";
      journal.note(operation, { kind: "fail", call, reason });
      operation.settled = true;
      return;
    }
    if (!FencelineError.is(error, "lock_lost")) throw error;
  }
  if (operation.ended) journal.note(operation, { kind: "ok", call: "release" });
  else journal.note(operation, { kind: "ok", call: "try" });
  operation.ended = true;
  operation.settled = true;
}

function keyOf(name: string, { schedule }: World): LockKey | string {
  const lockDelayMs = schedule.delays?.[name];
  return lockDelayMs === undefined ? name : { ...lockKey("global", name), lockDelayMs };
}

function believe(lock: Lock, operation: JournalOperation, { journal, marks, queues }: World): void {
  operation.ended = true;
  for (const name of operation.locks) {
    const token = lock.tokenOf(name);
    const createRevision = queues.noteGrant(operation, name, token);
    operation.believed.set(name, createRevision);
    journal.note(operation, { kind: "granted", token, createRevision }, [name]);
  }
  marks.noteGrant(operation, lock.recoveredFrom);
}

/** The holder stops believing, in one lock or all that it still believed in. */
export function endBelief(
  operation: JournalOperation,
  why: BeliefEnd,
  { journal }: World,
  locks: readonly string[] = operation.locks,
): void {
  const ending = locks.filter((lock) => operation.believed.delete(lock));
  for (const lock of ending) operation.beliefEnds.set(lock, why);
  journal.note(operation, { kind: "belief-ended", why }, ending);
}

async function work(
  lock: Lock,
  step: Take,
  operation: JournalOperation,
  by: Incarnation,
  world: World,
): Promise<void> {
  const { clock } = by.process;
  const { signal } = lock;
  signal.addEventListener("abort", () => endBelief(operation, "aborted", world));
  for (let written = 0; written < step.writes; written += 1) {
    await sleep(clock, step.holdMs / (step.writes + 1));
    if (!step.careless) {
      try {
        lock.assertHeld();
      } catch {
        endBelief(operation, "refused", world);
        return;
      }
    }
    for (const name of operation.locks) write(lock, name, step, operation, world);
  }
  await sleep(clock, step.holdMs / (step.writes + 1));
}

/** Writes under a lock to the register and to etcd, without waiting for either. */
function write(lock: Lock, name: string, step: Take, operation: JournalOperation, world: World): void {
  const { worker } = operation;
  const token = lock.tokenOf(name);
  world.clock.startTimer(step.writeDelayMs, () => world.register.write(worker, name, token));
  lock
    .guardedTxn((txn) => world.register.put(txn, worker, name, token))
    .catch((error) => {
      if (FencelineError.is(error, "lock_lost")) endBelief(operation, "refused", world);
    });
}
