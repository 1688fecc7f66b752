import { openSync, writeSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What is known of an add to the set. `invoked`: nothing more, its worker may have died; `acknowledged`: etcd said that
 * it was written; `refused` by the guard, because the lock was lost; `failed` otherwise, before anything was written;
 * `unknown`: the answer was lost.
 */
export type AddPhase = "acknowledged" | "failed" | "invoked" | "refused" | "unknown";

/** A line of the log: each element is added once. */
export interface AddEvent {
  readonly element: string;
  readonly phase: AddPhase;
}

/** Writes down what becomes of adds, each line at once: who is killed has written what it did. */
export interface AddLog {
  note(element: string, phase: AddPhase): void;
}

const ENDING = ".adds";

/** Of one worker: several processes do not share one. */
export function openAddLog(directory: string, worker: string): AddLog {
  const file = openSync(join(directory, worker + ENDING), "a");
  return { note: (element, phase) => void writeSync(file, `${JSON.stringify({ element, phase })}\n`) };
}

/** All logs of a directory; the line in which a worker was killed is left out. */
export async function readAddLogs(directory: string): Promise<readonly AddEvent[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(ENDING));
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), "utf8")));
  return texts.flatMap((text) =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line): AddEvent => JSON.parse(line)),
  );
}
