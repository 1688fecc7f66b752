import type { Lock } from "@fenceline/core";
import type { CaughtSignals } from "../caught-signals.js";
import type { Output } from "../command.js";
import { exitCodes } from "../exit-codes.js";
import { startGroup } from "../process-group.js";
import { lossOf, untilLost } from "./lock-loss.js";

export interface RunUnderLockOptions {
  readonly command: readonly [string, ...string[]];
  readonly node: string;
  readonly killAfterMs: number;
}

/**
 * Runs a command while the lock is held, passes signals on to it, and gives its exit code. When the lock is lost,
 * ends it with all that it has started.
 */
export async function runUnderLock(
  lock: Lock,
  { command: [program, ...args], node, killAfterMs }: RunUnderLockOptions,
  signals: CaughtSignals,
  output: Output,
): Promise<number> {
  const group = startGroup(program, args, { ...process.env, ...environmentOf(lock, node) });
  signals.handler = group.signal;
  const exitCode = await Promise.race([group.exited, untilLost(lock)]);
  const loss = lossOf(lock);
  if (exitCode !== undefined && loss === undefined) return exitCode;
  output.complain(`fenceline lock: ${loss?.message}: ending the command`);
  await group.end(killAfterMs);
  return exitCodes.lockLost;
}

function environmentOf(lock: Lock, node: string): Record<string, string> {
  return {
    FENCELINE_LOCK: lock.keys.map(({ name }) => name).join("\n"),
    FENCELINE_TOKEN: `${lock.token}`,
    FENCELINE_TOKENS: lock.keys.map((key) => lock.tokenOf(key)).join("\n"),
    FENCELINE_NODE: node,
  };
}
