import type { Clock } from "@fenceline/core";
import type { EtcdPort } from "@fenceline/core/etcd-port";

/**
 * A process on a simulated clock. While it is paused, as by SIGSTOP, the time passes and etcd goes on, but none of
 * its timers runs and no answer reaches it.
 *
 * @example
 * ```ts
 * const process = createSimulatedProcess(clock);
 * const port = process.through(etcd.connect().port);
 * const coordinator = await clock.advanceUntil(connect({ parts: { clock: process.clock, port } }), 10_000);
 * process.pause();
 * ```
 */
export interface SimulatedProcess {
  readonly clock: Clock;
  /** A connection as this process sees it. */
  through(port: EtcdPort): EtcdPort;
  pause(): void;
  /** What was held back happens now, in the order in which it would have happened, timers and answers alike. */
  resume(): void;
  /** Ends it without a word: nothing of it ever runs again. */
  kill(): void;
  readonly running: boolean;
  /** Lets the process's clocks jump forward, as a virtual machine's do when it moves to another host. */
  jump(durationMs: number): void;
  /** Sets its wall clock, by so many milliseconds forward or back. */
  setWallClock(byMs: number): void;
}

export function createSimulatedProcess(world: Clock): SimulatedProcess {
  let state: "killed" | "paused" | "running" = "running";
  let aheadMs = 0;
  let wallAheadMs = 0;
  const held: (() => void)[] = [];

  const happen = (callback: () => void): void => {
    if (state === "running" && held.length === 0) callback();
    else if (state !== "killed") held.push(callback);
  };
  /** One after the other, so that each has all its consequences before the next. */
  const catchUp = (): void => {
    if (state !== "running") return;
    const [next] = held;
    if (next === undefined) return;
    next();
    held.shift();
    world.startTimer(0, catchUp);
  };
  const arrive = <T>(answer: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      answer.then(
        (value) => happen(() => resolve(value)),
        (error) => happen(() => reject(error)),
      );
    });

  return {
    clock: {
      now: () => world.now() + aheadMs,
      wallNow: () => world.wallNow() + aheadMs + wallAheadMs,
      startTimer(delayMs, callback) {
        let cancelled = false;
        const timer = world.startTimer(delayMs, () =>
          happen(() => {
            if (!cancelled) callback();
          }),
        );
        return {
          cancel() {
            cancelled = true;
            timer.cancel();
          },
        };
      },
    },
    through: (port) => ({
      txn: (request, options) => arrive(port.txn(request, options)),
      leaseGrant: (id, ttlSeconds) => arrive(port.leaseGrant(id, ttlSeconds)),
      leaseRevoke: (id) => arrive(port.leaseRevoke(id)),
      openKeepAlive: (leaseId, handlers) =>
        port.openKeepAlive(leaseId, {
          onAnswer: (answer) => happen(() => handlers.onAnswer(answer)),
          onFailed: (error) => happen(() => handlers.onFailed(error)),
        }),
      openWatch: (handlers) =>
        port.openWatch({
          onCreated: (watchId, revision) => happen(() => handlers.onCreated(watchId, revision)),
          onDeleted: (watchId, revision) => happen(() => handlers.onDeleted(watchId, revision)),
          onCanceled: (watchId) => happen(() => handlers.onCanceled(watchId)),
          onFailed: (error) => happen(() => handlers.onFailed(error)),
        }),
      version: () => arrive(port.version()),
      close: () => port.close(),
    }),
    pause() {
      if (state === "running") state = "paused";
    },
    resume() {
      if (state !== "paused") return;
      state = "running";
      world.startTimer(0, catchUp);
    },
    kill() {
      state = "killed";
      held.length = 0;
    },
    get running() {
      return state === "running";
    },
    jump(durationMs) {
      aheadMs += durationMs;
    },
    setWallClock(byMs) {
      wallAheadMs += byMs;
    },
  };
}
