import { fileURLToPath } from "node:url";
import type { ConnectOptions } from "@fenceline/core";
import { type Child, startChild } from "../../neighbours/child.js";

const program = fileURLToPath(new URL("./waiter-process.js", import.meta.url));

/** A process that is connected, and asks for the lock when it is told to go on. */
export async function startWaiter(options: ConnectOptions, key: string): Promise<Child> {
  const child = startChild(process.execPath, [program, JSON.stringify(options), key]);
  await child.line();
  return child;
}
