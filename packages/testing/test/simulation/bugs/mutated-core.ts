import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as Core from "@fenceline/core";
import { FencelineError } from "@fenceline/core";
import type { EtcdPort } from "@fenceline/core/etcd-port";
import type { Subject } from "../schedules/world.js";

/** One place of a compiled module of the core, to be replaced. */
export interface Mutation {
  /** Below `dist`. */
  readonly file: string;
  /** Must occur exactly once. */
  readonly from: string;
  readonly to: string;
}

/** Fenceline with text of its compiled modules replaced, loaded from a copy. */
export async function withMutations(...mutations: readonly Mutation[]): Promise<Subject> {
  const dist = dirname(fileURLToPath(import.meta.resolve("@fenceline/core")));
  const copy = mkdtempSync(join(tmpdir(), "fenceline-mutated-"));
  try {
    writeFileSync(join(copy, "package.json"), '{ "type": "module" }');
    symlinkSync(join(dist, "..", "node_modules"), join(copy, "node_modules"));
    cpSync(dist, join(copy, "dist"), { recursive: true });
    for (const { file, from, to } of mutations) {
      const path = join(copy, "dist", file);
      const [before, after, ...more] = readFileSync(path, "utf8").split(from);
      if (after === undefined || more.length > 0) {
        throw new Error(`Expected ${file} to contain exactly once: ${from}`);
      }
      writeFileSync(path, `${before}${to}${after}`);
    }
    const core: typeof Core = await import(pathToFileURL(join(copy, "dist", "index.js")).href);
    return { connect: core.connect, port: (port) => withErrorsOf(core, port) };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** The copy knows only errors of its own classes. */
function withErrorsOf({ EtcdError }: typeof Core, port: EtcdPort): EtcdPort {
  const translate = (error: unknown): never => {
    if (!FencelineError.is(error) || !("retryable" in error)) throw error;
    const code = error.code as ConstructorParameters<typeof EtcdError>[0];
    throw new EtcdError(code, error.message, { cause: error, retryable: error.retryable === true });
  };
  return {
    ...port,
    txn: (request, options) => port.txn(request, options).catch(translate),
    leaseGrant: (id, ttlSeconds) => port.leaseGrant(id, ttlSeconds).catch(translate),
    leaseRevoke: (id) => port.leaseRevoke(id).catch(translate),
    version: () => port.version().catch(translate),
  };
}
