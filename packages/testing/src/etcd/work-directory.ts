import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterParent } from "./process/after-parent.js";

/** A directory of our own under the system's temporary one. Removed when disposed, or when this process ends. */
export interface WorkDirectory extends AsyncDisposable {
  readonly path: string;
}

export async function createWorkDirectory(): Promise<WorkDirectory> {
  const path = await mkdtemp(join(tmpdir(), "fenceline-etcd-"));
  // The members are killed at the same moment; the second lets them end.
  const removal = afterParent(["sh", "-c", 'sleep 1; rm -rf "$1"', "sh", path]);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      removal[Symbol.dispose]();
    },
  };
}
