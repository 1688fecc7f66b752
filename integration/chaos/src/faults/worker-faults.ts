import { setTimeout as sleep } from "node:timers/promises";
import type { InjectFault } from "../lab.js";

/** For a command to be taken by a worker that may be starting still. */
const COMMAND_MS = 5_000;

/** `kill -9` while it holds a lock; another takes its place. */
export const killWorker: InjectFault = async ({ workers }, fault, fired) => {
  const place = await workers.nextHolder(fault.worker);
  await place.worker.kill();
  fired();
  await sleep(fault.durationMs);
  place.startWorker();
};

/** SIGSTOP while it holds a lock, for longer than its TTL. */
export const pauseWorker: InjectFault = async ({ workers }, fault, fired) => {
  const { worker: holder } = await workers.nextHolder(fault.worker);
  holder.pause();
  try {
    fired();
    await sleep(fault.durationMs);
  } finally {
    holder.resume();
  }
};

/** Its event loop does not turn for longer than its TTL; it says so when that is over. */
export const blockWorker: InjectFault = async ({ workers }, fault, fired) => {
  const { worker: holder } = await workers.nextHolder(fault.worker);
  await holder.command({ kind: "block", forMs: fault.durationMs }, fault.durationMs + COMMAND_MS);
  fired();
};

/** Its machine seems to have been suspended: all its clocks jump beyond its TTL. */
export const suspendClock: InjectFault = async ({ workers }, fault, fired) => {
  const { worker: holder } = await workers.nextHolder(fault.worker);
  await holder.command({ kind: "suspend", forMs: fault.durationMs }, COMMAND_MS);
  fired();
};

const HOUR_MS = 3_600_000;

/** Its wall clock is set back by an hour, and forward again. */
export const setClockBack: InjectFault = async ({ workers }, fault, fired) => {
  const { worker } = workers.place(fault.worker);
  await worker.command({ kind: "set-wall-clock", offsetMs: -HOUR_MS }, COMMAND_MS);
  fired();
  await sleep(fault.durationMs);
  if (worker.isRunning) await worker.command({ kind: "set-wall-clock", offsetMs: 0 }, COMMAND_MS);
};
