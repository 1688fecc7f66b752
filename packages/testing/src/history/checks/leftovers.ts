import type { LeftEntry } from "../events.js";
import type { History, LockHistory } from "../history.js";
import { at, type Violation } from "../violation.js";
import { openUntilMs } from "../worker.js";

/** Every entry that the audit found belongs to a worker that lives and holds the lock or waits for it (P3). */
export function* checkLeftovers(history: History): Generator<Violation> {
  const { audit } = history;
  if (audit === undefined || audit.entries.length === 0) return;
  const locks = new Map(history.locks.map((lock) => [lock.lock, lock]));
  for (const entry of audit.entries) {
    const why = orphaned(entry, audit.ms, history, locks.get(entry.lock));
    if (why === undefined) continue;
    const message = `lock "${entry.lock}": the entry "${entry.key}" was left in the queue at ${at(audit.ms)}: ${why}`;
    yield { check: "leftovers", lock: entry.lock, message };
  }
}

/** Why nobody owns an entry that was found, if so. */
function orphaned(
  entry: LeftEntry,
  foundMs: number,
  history: History,
  lock: LockHistory | undefined,
): string | undefined {
  if (entry.worker === undefined) return "it names no worker";
  const worker = history.worker(entry.worker);
  if (worker.crashMs <= foundMs) return `its worker ${worker.name} crashed at ${at(worker.crashMs)}`;
  const isWanted = lock?.operations.some(
    (operation) =>
      operation.worker === worker.name &&
      operation.invokedMs <= foundMs &&
      openUntilMs(operation, worker) > foundMs,
  );
  return isWanted ? undefined : `its worker ${worker.name} neither holds the lock nor waits for it`;
}
