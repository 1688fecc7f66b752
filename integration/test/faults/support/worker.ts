import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ConnectOptions, LockKey, SessionState } from "@fenceline/core";
import { type Abort, createAbort } from "./abort.js";
import type { WorkerOrder, WorkerReport } from "./worker-messages.js";

/** An answer of a worker; times are those of the worker, on the clock of `nowMs`. */
export interface Answer {
  readonly sentMs: number;
  readonly ms: number;
}

/** A lock that a worker was granted. */
export interface WorkerLock extends Answer {
  readonly token: bigint;
  /** When its signal aborted. */
  readonly aborted: Promise<number>;
  readonly isAborted: boolean;
}

/** A coordinator in a process of its own, which may be on another host. Disposing kills it. */
export interface Worker extends AsyncDisposable {
  /** Rejects as the coordinator did, with `code`. */
  acquire(lock: LockKey | string, timeoutMs?: number): Promise<WorkerLock>;
  release(lock: LockKey | string): Promise<Answer>;
  /** Puts a key with `lock.guardedTxn`. */
  write(lock: LockKey | string, key: string, value: string): Promise<Answer>;
  /** All states of its session so far. */
  readonly states: readonly SessionState["status"][];
  /** Closes the coordinator; resolves with the exit code when the process has ended by itself. */
  close(): Promise<number | null>;
  /** Ends it at once, with SIGKILL. */
  kill(): Promise<void>;
  readonly pid: number;
}

/** An order that ended with an error of Fenceline. */
export class WorkerError extends Error {
  readonly code: string;
  readonly ms: number;
  readonly sentMs: number;

  constructor(order: string, { code, ms, sentMs }: { code: string; ms: number; sentMs: number }) {
    super(`${order}: ${code} after ${Math.round(ms - sentMs)} ms`);
    this.code = code;
    this.ms = ms;
    this.sentMs = sentMs;
  }
}

type Told = Extract<WorkerReport, { readonly id: number }>;
type Order = WorkerOrder extends infer Each ? (Each extends unknown ? Omit<Each, "id"> : never) : never;

const program = fileURLToPath(new URL("worker-main.js", import.meta.url));

/** Starts a worker, behind `command` if there is one; resolves when it has connected. */
export async function startWorker(options: ConnectOptions, command: readonly string[] = []): Promise<Worker> {
  const [executable = "", ...args] = [...command, process.execPath, program, JSON.stringify(options)];
  const child = spawn(executable, args, { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {}); // it may have ended before it was told something
  const ended = once(child, "exit") as Promise<[number | null]>;
  const waiting = new Map<number, (answer: Told) => void>();
  const failures = new Set<(error: Error) => void>();
  const aborts = new Map<string, Abort>();
  const states: SessionState["status"][] = [];
  let orders = 0;

  void ended.then(([code]) => {
    for (const fail of failures) fail(new Error(`the worker has ended with ${code}`));
  });
  createInterface(child.stdout).on("line", (line) => {
    const report = JSON.parse(line) as WorkerReport;
    if ("id" in report) waiting.get(report.id)?.(report);
    else if ("state" in report) states.push(report.state);
    else abortOf(report.aborted).happened(report.ms);
  });

  const abortOf = (token: string): Abort => {
    const abort = aborts.get(token) ?? createAbort();
    aborts.set(token, abort);
    return abort;
  };
  const answered = (id: number, what: string): Promise<Told> =>
    new Promise((resolve, reject) => {
      failures.add(reject);
      waiting.set(id, (told) => {
        failures.delete(reject);
        const { code } = told;
        if (code === undefined) resolve(told);
        else reject(new WorkerError(what, { ...told, code }));
      });
    });
  const send = (order: Order): Promise<Told> => {
    orders += 1;
    const answer = answered(orders, JSON.stringify(order));
    child.stdin.write(`${JSON.stringify({ id: orders, ...order })}\n`);
    return answer;
  };

  const worker: Worker = {
    async acquire(lock, timeoutMs = 10_000) {
      const { ms, sentMs, token = "" } = await send({ do: "acquire", lock, timeoutMs });
      const abort = abortOf(token);
      return {
        ...{ ms, sentMs, token: BigInt(token), aborted: abort.promise },
        get isAborted() {
          return abort.hasHappened;
        },
      };
    },
    release: (lock) => send({ do: "release", lock }),
    write: (lock, key, value) => send({ do: "write", lock, key, value }),
    states,
    async close() {
      await send({ do: "close" });
      const [code] = await ended;
      return code;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    pid: child.pid as number,
    [Symbol.asyncDispose]: () => worker.kill(),
  };
  try {
    await answered(0, "connect");
  } catch (error) {
    await worker[Symbol.asyncDispose]();
    throw error;
  }
  return worker;
}
