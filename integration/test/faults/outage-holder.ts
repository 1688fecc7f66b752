import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A process that holds a lock with a TTL of 2 s. Disposing kills it. */
export interface HolderProcess extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly token: bigint;
}

const worker = fileURLToPath(new URL("../fixtures/worker.js", import.meta.url));

export async function startHolder(endpoints: readonly string[], name: string): Promise<HolderProcess> {
  const child = spawn(process.execPath, [worker, endpoints.join(","), "fenceline", name], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const [, token] = /^held (\d+)$/.exec((await lines.next()).value ?? "") ?? [];
  assert.ok(token);
  return {
    process: child,
    token: BigInt(token),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
    },
  };
}
