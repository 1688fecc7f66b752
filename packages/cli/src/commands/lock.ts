import { setTimeout as sleep } from "node:timers/promises";
import { type Coordinator, connect, type Lock } from "@fenceline/core";
import { catchSignals, endWhenAskedAgain } from "../caught-signals.js";
import { type Command, UsageError } from "../command.js";
import { holdLock } from "../lock/hold-lock.js";
import { lockUsage, readLockOptions } from "../lock/lock-options.js";
import { runUnderLock } from "../lock/run-under-lock.js";
import { takeLock } from "../lock/take-lock.js";

/** How long the closing may take, in milliseconds. What etcd was not told then, the lease's end tells it. */
const CLOSE_TIMEOUT_MS = 5_000;

/** `fenceline lock`: runs a command while it holds locks. */
export const lock: Command = {
  name: "lock",
  summary: "Runs a command while it holds a lock, or holds the lock until interrupted.",
  usage: lockUsage,
  async run(args, output) {
    const options = readLockOptions(args);
    const { command } = options;
    // What `connect` reads there; the command finds it too.
    if (options.etcd !== undefined) process.env["FENCELINE_ETCD"] = options.etcd;
    const coordinator = await connect(options.connect);
    const { node, sessionState } = coordinator;
    if (options.connect.etcd !== false && sessionState.status === "none") {
      throw new UsageError("a global lock needs etcd: name it with --etcd or FENCELINE_ETCD");
    }
    const signals = catchSignals();
    let taken: Lock | undefined;
    try {
      taken = await takeLock(coordinator, options, signals, output);
      return command === undefined
        ? await holdLock(taken, { ...options, node }, signals, output)
        : await runUnderLock(taken, { ...options, command, node }, signals, output);
    } finally {
      signals.handler = endWhenAskedAgain();
      await taken?.release();
      await closeInTime(coordinator);
    }
  },
};

async function closeInTime(coordinator: Coordinator): Promise<void> {
  const closed = new AbortController();
  const late = sleep(CLOSE_TIMEOUT_MS, undefined, { signal: closed.signal });
  await Promise.race([coordinator.close(), late]);
  closed.abort();
}
