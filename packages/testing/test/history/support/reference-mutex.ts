import type { HistoryEvent } from "@fenceline/testing";
import { RandomSource } from "./random-source.js";

export const REFERENCE_TTL_MS = 3_000;

const LONGEST_TRIP_MS = 5;

interface SimulatedWorker {
  readonly name: string;
  state: "crashed" | "paused" | "running";
  isExpired: boolean;
  operation: SimulatedOperation | undefined;
  /** What it would have done while it was stopped. */
  readonly deferred: (() => void)[];
}

interface SimulatedOperation {
  readonly id: string;
  readonly worker: SimulatedWorker;
  revision: bigint;
  token: bigint | undefined;
  isOver: boolean;
}

/**
 * A correct history of one lock, from a queue in the order of revisions and a resource that refuses old tokens.
 * Workers wait, give up, crash and stand still for longer and for shorter than the TTL; answers get lost.
 */
export function simulateMutex(seed: number, maxOperations: number, workerCount = 6): readonly HistoryEvent[] {
  const random = new RandomSource(seed);
  const events: HistoryEvent[] = [];
  const agenda: { readonly ms: number; readonly run: () => void }[] = [];
  const queue: SimulatedOperation[] = [];
  let nowMs = 1_000;
  let revision = 10n;
  let operations = 0;
  let workers = 0;
  let newestWritten = 0n;
  let resourceFreeMs = 0;

  for (let index = 0; index < workerCount; index += 1) startWorker();
  run();
  startWorker();
  maxOperations += 1;
  run();
  events.push({ kind: "entries-left", ms: nowMs, entries: queue.map(({ id }) => ({ lock: "a", key: id })) });
  return events;

  function run(): void {
    for (let next = agenda.pop(); next !== undefined; next = agenda.pop()) {
      nowMs = next.ms;
      next.run();
    }
  }

  /** The agenda is kept in descending order of time. */
  function after(ms: number, run: () => void): void {
    const entry = { ms: nowMs + ms, run };
    let index = agenda.length;
    while (index > 0 && (agenda[index - 1] as typeof entry).ms < entry.ms) index -= 1;
    agenda.splice(index, 0, entry);
  }

  /** Something that a worker does, when it runs. */
  function act(worker: SimulatedWorker, ms: number, run: () => void): void {
    after(ms, () => {
      if (worker.state === "running") run();
      else if (worker.state === "paused") worker.deferred.push(run);
    });
  }

  function startWorker(): void {
    workers += 1;
    const worker: SimulatedWorker = {
      name: `w${workers}`,
      state: "running",
      isExpired: false,
      operation: undefined,
      deferred: [],
    };
    act(worker, random.between(1, 50), () => ask(worker));
  }

  function ask(worker: SimulatedWorker): void {
    if (operations >= maxOperations) return;
    operations += 1;
    const operation: SimulatedOperation = {
      id: `${worker.name}-${operations}`,
      worker,
      revision: 0n,
      token: undefined,
      isOver: false,
    };
    worker.operation = operation;
    worker.isExpired = false;
    log(operation, { kind: "invoke", call: "acquire" });
    after(trip(), () => enqueue(operation));
    if (random.chance(0.2)) act(worker, random.between(20, 400), () => giveUp(operation));
    if (random.chance(0.05)) after(random.between(0, 200), () => disturb(worker));
  }

  function enqueue(operation: SimulatedOperation): void {
    if (operation.isOver || operation.worker.state !== "running") {
      refuse(operation);
      return;
    }
    revision += 1n + BigInt(random.integer(3));
    operation.revision = revision;
    queue.push(operation);
    log(operation, { kind: "queued", createRevision: revision });
    if (queue[0] === operation) grantHead();
  }

  /** The request of a worker that stopped never arrived: it learns so when it goes on. */
  function refuse(operation: SimulatedOperation): void {
    act(operation.worker, 0, () => {
      if (!operation.isOver) end(operation, "fail");
    });
  }

  function grantHead(): void {
    const operation = queue[0];
    if (operation === undefined) return;
    act(operation.worker, trip(), () => {
      if (!operation.isOver && queue[0] === operation) hold(operation);
    });
  }

  function hold(operation: SimulatedOperation): void {
    const { worker } = operation;
    const token = operation.revision * 8n;
    operation.token = token;
    log(operation, { kind: "granted", token, createRevision: operation.revision });
    const holdMs = random.between(1, 60);
    for (let writes = random.integer(3); writes > 0; writes -= 1) {
      act(worker, random.between(0, holdMs), () => after(trip(), () => write(worker.name, token)));
    }
    act(worker, holdMs, () => {
      if (!operation.isOver) release(operation);
    });
    if (random.chance(0.12)) after(random.between(0, holdMs), () => disturb(worker));
  }

  function write(worker: string, token: bigint): void {
    const beginMs = Math.max(nowMs, resourceFreeMs);
    const ms = beginMs + random.between(0.01, 0.5);
    resourceFreeMs = ms;
    const accepted = token >= newestWritten;
    if (accepted) newestWritten = token;
    events.push({ kind: "effect", lock: "a", worker, token, accepted, beginMs, ms });
  }

  function release(operation: SimulatedOperation): void {
    const { worker } = operation;
    log(operation, { kind: "belief-ended", why: "released" });
    log(operation, { kind: "invoke", call: "release" });
    operation.isOver = true;
    leave(operation);
    const isLost = random.chance(0.05);
    act(worker, trip(), () => {
      log(operation, { kind: isLost ? "info" : "ok", call: "release" });
      again(worker);
    });
  }

  function giveUp(operation: SimulatedOperation): void {
    if (operation.isOver || operation.token !== undefined) return;
    end(operation, random.chance(0.3) ? "info" : "fail");
    leave(operation);
  }

  function end(operation: SimulatedOperation, kind: "fail" | "info"): void {
    operation.isOver = true;
    log(operation, { kind, call: "acquire" });
    again(operation.worker);
  }

  function again(worker: SimulatedWorker): void {
    worker.operation = undefined;
    act(worker, random.between(0, 100), () => ask(worker));
  }

  function leave(operation: SimulatedOperation): void {
    const index = queue.indexOf(operation);
    if (index < 0) return;
    queue.splice(index, 1);
    if (index === 0) grantHead();
  }

  /** Kills the worker, or stops it for a while. */
  function disturb(worker: SimulatedWorker): void {
    if (worker.state !== "running") return;
    const isCrash = random.chance(0.4);
    worker.state = isCrash ? "crashed" : "paused";
    events.push({ kind: isCrash ? "crash" : "pause", ms: nowMs, worker: worker.name });
    const resumeMs = random.between(10, 2 * REFERENCE_TTL_MS);
    const expiryMs = REFERENCE_TTL_MS * random.between(0.7, 1);
    if (isCrash || resumeMs > expiryMs) after(expiryMs, () => expire(worker));
    if (isCrash) startWorker();
    else after(resumeMs, () => resume(worker));
  }

  function expire(worker: SimulatedWorker): void {
    worker.isExpired = true;
    events.push({ kind: "session-ended", ms: nowMs, worker: worker.name, how: "expired" });
    const { operation } = worker;
    if (operation !== undefined) leave(operation);
  }

  function resume(worker: SimulatedWorker): void {
    worker.state = "running";
    events.push({ kind: "resume", ms: nowMs, worker: worker.name });
    for (const run of worker.deferred.splice(0)) act(worker, random.between(0, 20), run);
    const { operation } = worker;
    if (!worker.isExpired || operation === undefined || operation.isOver) return;
    operation.isOver = true;
    act(worker, random.between(0, 20), () => {
      const { token } = operation;
      if (token === undefined) return end(operation, "fail");
      log(operation, { kind: "belief-ended", why: "aborted" });
      if (random.chance(0.7)) after(trip(), () => write(worker.name, token));
      again(worker);
    });
  }

  function trip(): number {
    return random.between(0.1, LONGEST_TRIP_MS);
  }

  type OfOperation = "lock" | "ms" | "operation" | "worker";
  type Without<T> = T extends { readonly operation: string } ? Omit<T, OfOperation> : never;

  function log(operation: SimulatedOperation, event: Without<HistoryEvent>): void {
    const { id, worker } = operation;
    events.push({ ...event, ms: nowMs, lock: "a", operation: id, worker: worker.name } as HistoryEvent);
  }
}
