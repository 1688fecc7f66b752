import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readSpans } from "../timeline/span-file.js";
import { createTimeline } from "../timeline/timeline.js";
import { renderPage } from "../timeline/timeline-page.js";

/** A new directory for the nodes' spans; it is removed when it is disposed of. */
export async function createSpanDirectory(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "fenceline-spans-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/**
 * Draws what is in a directory of spans.
 *
 * @param file where to; without it a new file in a new directory for temporary files
 * @returns the absolute path of the page
 */
export async function writeTimeline(spans: string, file: string | undefined): Promise<string> {
  const path = resolve(file ?? join(await mkdtemp(join(tmpdir(), "fenceline-demo-")), "timeline.html"));
  await writeFile(path, renderPage(createTimeline(await readSpans(spans))));
  return path;
}
