import type { Lock } from "@fenceline/core";
import { asksToEnd, type CaughtSignals } from "../caught-signals.js";
import type { Output } from "../command.js";
import { exitCodes } from "../exit-codes.js";
import { lossOf, untilLost } from "./lock-loss.js";

/** Prints key and token, and holds the lock until a signal asks to end, or the lock is lost. */
export async function holdLock(
  lock: Lock,
  { json, node }: { readonly json: boolean; readonly node: string },
  signals: CaughtSignals,
  output: Output,
): Promise<number> {
  output.print(json ? JSON.stringify({ locks: describe(lock), node }) : asText(lock));
  const interrupted = new Promise<void>((resolve) => {
    signals.handler = (signal) => {
      if (asksToEnd(signal)) resolve();
    };
  });
  // Neither a signal that may come nor a lock file keeps a process of Node.js alive.
  const alive = setInterval(() => {}, 2 ** 30);
  await Promise.race([interrupted, untilLost(lock)]);
  clearInterval(alive);
  const loss = lossOf(lock);
  if (loss === undefined) return exitCodes.ok;
  output.complain(`fenceline lock: ${loss.message}`);
  return exitCodes.lockLost;
}

/** Tokens as text: they are greater than what a number in JavaScript can say. */
function describe(lock: Lock): { key: string; scope: string; token: string }[] {
  return lock.keys.map((key) => ({ key: key.name, scope: key.scope, token: `${lock.tokenOf(key)}` }));
}

function asText(lock: Lock): string {
  return describe(lock)
    .map(({ key, token }) => `key    ${key}\ntoken  ${token}`)
    .join("\n");
}
