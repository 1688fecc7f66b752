import { setTimeout as delay } from "node:timers/promises";
import { ClusterClient } from "./cluster-client.js";
import { killHolder, pauseHolder } from "./faults.js";
import { createTemplates, runLoad } from "./load.js";
import { Measurements } from "./measurements.js";
import type { DemoOptions } from "./options.js";
import type { Progress } from "./progress.js";
import { type Findings, type Summary, summarize } from "./report.js";
import type { Stage, StageNode } from "./stage.js";

/** Short, so that the dead and the paused node are replaced while one looks on. */
export const TTL_MS = 3_000;
const STATUS_EVERY_MS = 1_000;
/** How long a resumed node may take until its next write under a lock. */
const BACK_AT_WORK_MS = 10_000;

/** Runs the load, with faults if there are locks, and finds out what became of it. */
export async function runDemo(
  stage: Stage,
  { unlocked, seconds }: Pick<DemoOptions, "unlocked" | "seconds">,
  progress: Progress,
): Promise<Summary> {
  const measurements = new Measurements();
  using client = new ClusterClient(stage.nodes, measurements);
  await createTemplates(client, stage.arrays);
  progress.tell(
    `${stage.nodes.length} nodes in front of ${stage.arrays.length} arrays, ${unlocked ? "without" : "under"} locks`,
  );

  const loadEnd = new AbortController();
  const load = runLoad({
    client,
    arrays: stage.arrays,
    until: loadEnd.signal,
    isThere: async ({ array, volume, host, lun }) =>
      (await stage.lab.attachments(array, volume)).includes(`${host} lun ${lun}`),
  });
  // It is awaited below, unless something else fails before.
  load.catch(() => {});
  const status = setInterval(() => {
    // Arrays that do not answer fail the load, which says so; here the next look will do.
    showStatus(stage, client, measurements, progress).catch(() => {});
  }, STATUS_EVERY_MS);
  try {
    const [faults] = await Promise.all([
      unlocked ? undefined : runFaults(stage, seconds * 1_000, progress),
      delay(seconds * 1_000),
    ]);
    loadEnd.abort();
    const audit = await load;
    return summarize({
      locked: !unlocked,
      measurements,
      arrays: await stage.lab.record(),
      attached: audit.attached,
      attachmentsLost: audit.lost,
      ttlMs: TTL_MS,
      ...faults,
    });
  } finally {
    loadEnd.abort();
    clearInterval(status);
  }
}

type FaultFindings = Pick<Findings, "killToNextGrantMs" | "lateWriteRefused" | "resumedNodeWorks">;

/** One node is killed after a quarter of the time, and when its lock is in other hands, another one is paused. */
async function runFaults(stage: Stage, loadMs: number, progress: Progress): Promise<FaultFindings> {
  const [, toKill, toPause] = stage.nodes as readonly [StageNode, StageNode, StageNode];
  const context = { lab: stage.lab, ttlMs: TTL_MS, tell: progress.tell };
  await delay(loadMs / 4);
  const killToNextGrantMs = await attempt(killHolder(toKill, "infinidat-1", context), progress);
  await delay(1_000);
  const pause = pauseHolder(toPause, "kaminario-1", stage.arraysProcess, context);
  const lateWriteRefused = await attempt(pause, progress);
  const nextWrite = await attempt(
    stage.lab.guardedWrite("kaminario-1", toPause.name, 0, BACK_AT_WORK_MS),
    progress,
  );
  return { killToNextGrantMs, lateWriteRefused, resumedNodeWorks: nextWrite !== undefined };
}

/** A fault that could not be brought about is told, and its promise counts as not kept. */
async function attempt<T>(fault: Promise<T>, progress: Progress): Promise<T | undefined> {
  try {
    return await fault;
  } catch (error) {
    progress.tell(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

async function showStatus(
  stage: Stage,
  client: ClusterClient,
  measurements: Measurements,
  progress: Progress,
): Promise<void> {
  const arrays = await stage.lab.record();
  const { count, retried } = measurements.summary();
  const overlaps = arrays.reduce((sum, array) => sum + array.overlaps, 0);
  const refused = arrays.reduce((sum, array) => sum + array.refused.length, 0);
  const down = stage.nodes.filter(({ name }) => !client.isHealthy(name)).map(({ name }) => name);
  const nodes = down.length === 0 ? "all nodes up" : `${down.join(", ")} down`;
  progress.status(
    `${count} done  ${retried} retried  ${overlaps} overlaps  ${refused} stale writes refused  ${nodes}`,
  );
}
