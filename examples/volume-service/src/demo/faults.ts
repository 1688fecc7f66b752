import { setTimeout as delay } from "node:timers/promises";
import type { Pausing } from "../service/pause-point.js";
import type { Child } from "./child.js";
import type { LabClient } from "./lab-client.js";
import type { Tell } from "./progress.js";

/** A node, for faults. */
export interface Victim {
  readonly name: string;
  readonly process: Child;
}

export interface FaultContext {
  readonly lab: LabClient;
  readonly ttlMs: number;
  readonly tell: Tell;
}

/** How long to wait for a guarded write of the victim; under load there are several in a second. */
const CATCH_MS = 10_000;
/** How long the array leaves the write of a node that is about to be killed unanswered. */
const HOLD_MS = 5_000;
/** How long a dead holder's lock may take, on top of its lease, before the demo gives up waiting for it. */
const PATIENCE_MS = 15_000;
const MOST_PAUSES = 3;

/**
 * Kills the node while the array has a guarded write of it under way, so inside a critical section.
 *
 * @returns how long it took, in milliseconds, until somebody else came to that array with a newer token
 */
export async function killHolder(
  { name, process }: Victim,
  array: string,
  context: FaultContext,
): Promise<number> {
  const { lab, ttlMs, tell } = context;
  const { token } = await lab.guardedWrite(array, name, HOLD_MS, CATCH_MS);
  process.signal("SIGKILL");
  const killedMs = performance.now();
  tell(`kill -9 ${name}, in the middle of a write to ${array} under token ${token}`);
  await lab.newerToken(array, token, ttlMs + PATIENCE_MS);
  const freeAfterMs = Math.round(performance.now() - killedMs);
  tell(`${array}: the next holder is at work, ${freeAfterMs} ms after the kill`);
  return freeAfterMs;
}

/**
 * Pauses the node between its check and its write until its lease is over and another node has taken over,
 * then lets it go on: the write leaves, late.
 *
 * @param watchdog kills the process that it is told of, should this one end meanwhile: a stopped process cannot.
 * @returns whether the array has refused the late write
 */
export async function pauseHolder(
  { name, process }: Victim,
  array: string,
  watchdog: Child,
  context: FaultContext,
): Promise<boolean> {
  const { lab, ttlMs, tell } = context;
  for (let attempt = 1; attempt <= MOST_PAUSES; attempt++) {
    watchdog.send({ killAtEnd: process.pid });
    const pausing = process.nextMessage<Pausing>(CATCH_MS);
    process.send({ pauseAt: array });
    const { token } = await pausing;
    tell(`SIGSTOP ${name}, right before a write to ${array} under token ${token}`);
    try {
      await Promise.all([lab.newerToken(array, token, ttlMs + PATIENCE_MS), delay(ttlMs)]);
      tell(`${array}: another node holds the lock now; SIGCONT ${name}`);
    } finally {
      process.signal("SIGCONT");
      watchdog.send({ killAtEnd: undefined });
    }
    if (await refused(lab, name, token)) {
      tell(`${array} has refused the late write of ${name}`);
      return true;
    }
    tell(`${array} has not refused a late write of ${name}; once more`);
  }
  return false;
}

/** Looks for the refusal for a few seconds. */
async function refused(lab: LabClient, user: string, token: string): Promise<boolean> {
  for (let look = 0; look < 30; look++) {
    const record = await lab.record();
    const found = record.some((array) =>
      array.refused.some((write) => write.user === user && write.token === token),
    );
    if (found) return true;
    await delay(100);
  }
  return false;
}
