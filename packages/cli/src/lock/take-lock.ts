import type { Coordinator, Lock } from "@fenceline/core";
import { asksToEnd, type CaughtSignals, signalExitCode } from "../caught-signals.js";
import { ExitError, type Output } from "../command.js";
import { exitCodes } from "../exit-codes.js";
import type { LockOptions } from "./lock-options.js";
import { createWaitReport } from "./wait-report.js";

/**
 * Takes the locks; says on stderr who is in the way. Whoever asks to end meanwhile ends the wait.
 *
 * Rejects as `acquire` does, and with an `ExitError` when interrupted, or with `--try` when not free.
 */
export async function takeLock(
  coordinator: Coordinator,
  { keys, acquire, ifAvailable, quiet }: LockOptions,
  signals: CaughtSignals,
  output: Output,
): Promise<Lock> {
  const interruption = new AbortController();
  signals.handler = (received) => {
    if (!asksToEnd(received)) return;
    interruption.abort(new ExitError(signalExitCode(received), `ended by ${received} while waiting`));
  };
  const { signal } = interruption;
  using report = createWaitReport((text) => {
    if (!quiet) output.complain(`fenceline lock: ${text}`);
  });
  if (!ifAvailable)
    return await coordinator.acquire(keys, { ...acquire, signal, onBlocked: report.onBlocked });
  const lock = await coordinator.tryAcquire(keys, { operation: acquire.operation, signal });
  if (lock !== undefined) return lock;
  const names = keys.map(({ name }) => `"${name}"`).join(", ");
  throw new ExitError(exitCodes.notAcquired, `${names}: not free`);
}
