import { readdirSync, readFileSync } from "node:fs";
import type { AnyLockDefinition, FileWithoutLock } from "@fenceline/core";

const root = new URL("../../../adapters/", import.meta.url);

/** A package under `packages/adapters`, found by its folder: a new vendor joins the tests by being there. */
export interface InstalledAdapter {
  readonly name: string;
  readonly definitions: Readonly<Record<string, AnyLockDefinition>>;
  readonly withoutLock: readonly FileWithoutLock[];
  /** The text of a file of the package. */
  read(path: string): string;
}

export const installedAdapters: readonly InstalledAdapter[] = await Promise.all(
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(async ({ name }) => {
      const exported: Record<string, unknown> = await import(new URL(`${name}/dist/src/index.js`, root).href);
      const [adapter] = Object.values(exported);
      const { definitions, withoutLock } = adapter as Pick<InstalledAdapter, "definitions" | "withoutLock">;
      return {
        name,
        definitions,
        withoutLock,
        read: (path) => readFileSync(new URL(`${name}/${path}`, root), "utf8"),
      };
    }),
);

/** The text of a file beside the adapters. */
export function readShared(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}
