import { tellParent } from "../lifeline.js";

/** What a node tells the demo right before it is stopped. */
export interface Pausing {
  readonly pausing: string;
  readonly token: string;
}

const armed = new Set<string>();

/** Has this process stopped at its next guarded write to the array. */
export function armPause(array: string): void {
  armed.add(array);
}

/**
 * The worst place for a pause: behind the last check and before the write. A pause may strike anywhere and
 * rarely strikes here; the demo needs it in every run, so the process stops itself. The rest is left to the
 * operating system: the lease runs out, somebody else gets the lock, and after SIGCONT the write leaves as if
 * nothing had happened.
 */
export function pausePoint(array: string, token: bigint): void {
  if (!armed.delete(array)) return;
  const message: Pausing = { pausing: array, token: `${token}` };
  tellParent(message);
  process.kill(process.pid, "SIGSTOP");
}
