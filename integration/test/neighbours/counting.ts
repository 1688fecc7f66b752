import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Child } from "./child.js";

/** Turns of each process: enough for losses without locks, few enough for neighbours that wait in seconds. */
export const TURNS = 20;

/** A directory for lock files and counters. */
export function temporaryDirectory(): Disposable & { readonly path: string; file(name: string): string } {
  const path = mkdtempSync(join(tmpdir(), "fenceline-neighbours-"));
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** What processes together count up to, from 0 on, in each of the files. They begin when all are ready. */
export async function countTogether(files: readonly string[], start: () => Child[]): Promise<number[]> {
  for (const file of files) writeFileSync(file, "0");
  await using children = startAll(start);
  for (const child of children.all) assert.equal(await child.line(), "ready");
  for (const child of children.all) child.goOn();
  for (const child of children.all) assert.equal(await child.ended, 0);
  return files.map((file) => Number(readFileSync(file, "utf8")));
}

/**
 * The control: the same processes without locks lose counts, so that an exact count of theirs means something.
 * Processes that the machine happens to run one after the other lose nothing: tried a few times.
 */
export async function assertCountsAreLost(file: string, most: number, start: () => Child[]): Promise<void> {
  let counted = most;
  for (let tries = 0; counted === most && tries < 10; tries += 1) {
    [counted = 0] = await countTogether([file], start);
  }
  assert(counted < most, `${counted} of ${most} without locks`);
}

function startAll(start: () => Child[]): AsyncDisposable & { readonly all: readonly Child[] } {
  const all = start();
  return {
    all,
    async [Symbol.asyncDispose]() {
      for (const child of all) await child[Symbol.asyncDispose]();
    },
  };
}
