import { fileURLToPath } from "node:url";
import { type ConnectOptions, FencingToken, type LockKey } from "@fenceline/core";
import { type Child, startChild } from "../../neighbours/child.js";
import type { Work } from "./holder-works.js";

const program = fileURLToPath(new URL("./holder-process.js", import.meta.url));

/** A process that holds a lock. */
export interface Holder extends Child {
  readonly token: FencingToken;
  /** What its work tells next. */
  told<T>(): Promise<T>;
}

/** Resolves when the process has the lock. */
export async function startHolder(
  options: ConnectOptions,
  keys: readonly (LockKey | string)[],
  work: Work,
  env: NodeJS.ProcessEnv = {},
): Promise<Holder> {
  const args = [program, JSON.stringify(options), JSON.stringify(keys), work];
  const child = startChild(process.execPath, args, { ...process.env, ...env });
  const told = async <T>() => JSON.parse(await child.line()) as T;
  const { token } = await told<{ token: string }>();
  return { ...child, token: FencingToken.from(BigInt(token)), told };
}
