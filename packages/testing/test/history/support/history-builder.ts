import type { HistoryEvent } from "@fenceline/testing";

type Call = "acquire" | "release" | "try";

/** Writes histories down by hand: one method a kind of event, all of lock "a", times first. */
export class HistoryBuilder {
  readonly events: HistoryEvent[] = [];
  #lock = "a";

  /** The events after this are of another lock. */
  onLock(lock: string): this {
    this.#lock = lock;
    return this;
  }

  invoke(ms: number, operation: string, call: Call = "acquire"): this {
    return this.#add({ kind: "invoke", ms, call, ...this.#of(operation) });
  }

  queued(ms: number, operation: string, createRevision: bigint): this {
    return this.#add({ kind: "queued", ms, createRevision, ...this.#of(operation) });
  }

  granted(ms: number, operation: string, token: bigint, createRevision: bigint | undefined = token): this {
    return this.#add({ kind: "granted", ms, token, createRevision, ...this.#of(operation) });
  }

  ok(ms: number, operation: string, call: "release" | "try" = "release"): this {
    return this.#add({ kind: "ok", ms, call, ...this.#of(operation) });
  }

  fail(ms: number, operation: string, call: Call = "acquire"): this {
    return this.#add({ kind: "fail", ms, call, ...this.#of(operation) });
  }

  info(ms: number, operation: string, call: Call = "acquire"): this {
    return this.#add({ kind: "info", ms, call, ...this.#of(operation) });
  }

  told(ms: number, operation: string, why: "aborted" | "refused" | "released" = "aborted"): this {
    return this.#add({ kind: "belief-ended", ms, why, ...this.#of(operation) });
  }

  write(beginMs: number, ms: number, worker: string, token: bigint, resource?: string): this {
    return this.#add({
      kind: "effect",
      accepted: true,
      beginMs,
      ms,
      worker,
      token,
      resource,
      lock: this.#lock,
    });
  }

  refused(ms: number, worker: string, token: bigint): this {
    return this.#add({ kind: "effect", accepted: false, beginMs: ms, ms, worker, token, lock: this.#lock });
  }

  worker(ms: number, kind: "crash" | "pause" | "resume", worker: string): this {
    return this.#add({ kind, ms, worker });
  }

  sessionEnded(ms: number, worker: string, notBeforeMs?: number): this {
    return this.#add({ kind: "session-ended", how: "expired", ms, worker, notBeforeMs });
  }

  etcd(ms: number, kind: "etcd-available" | "etcd-unavailable"): this {
    return this.#add({ kind, ms });
  }

  fault(ms: number, phase: "fired" | "healed" | "planned", fault: string, type = "kill"): this {
    return this.#add({ kind: "fault", ms, phase, fault, type });
  }

  left(ms: number, ...workers: readonly (string | undefined)[]): this {
    const lock = this.#lock;
    return this.#add({
      kind: "entries-left",
      ms,
      entries: workers.map((worker) => ({ lock, key: "k", worker })),
    });
  }

  /** A whole holding: asked for and granted at one time, released at another. */
  hold(fromMs: number, toMs: number, operation: string, token: bigint): this {
    return this.invoke(fromMs, operation).granted(fromMs, operation, token).release(toMs, operation);
  }

  /** Stops believing, and releases at once. */
  release(ms: number, operation: string): this {
    return this.told(ms, operation, "released").invoke(ms, operation, "release").ok(ms, operation);
  }

  /** `w1-2` is an operation of worker `w1`. */
  #of(operation: string): { readonly operation: string; readonly worker: string; readonly lock: string } {
    return { operation, worker: operation.replace(/-.*/, ""), lock: this.#lock };
  }

  #add(event: HistoryEvent): this {
    this.events.push(event);
    return this;
  }
}

/** A history to write down, of lock "a". */
export function history(): HistoryBuilder {
  return new HistoryBuilder();
}
