import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  checkHistory,
  type EtcdCluster,
  type HistoryEvent,
  type HistoryReport,
  parseHistory,
} from "@fenceline/testing";
import { assembleHistory } from "./assemble-history.js";
import { findEarlyRevocations, revokesEarly } from "./early-revocations.js";
import { createGateway } from "./etcd-gateway.js";
import { injectFaults } from "./inject-faults.js";
import type { Lab } from "./lab.js";
import { doLastOperations } from "./last-operations.js";
import { TTL_MS } from "./messages.js";
import { startObserver } from "./observer.js";
import type { ChaosOptions } from "./options.js";
import { startProbe } from "./probe.js";
import { listQueueEntries } from "./queue-entries.js";
import { nowMs, openRecorder } from "./recorder.js";
import { startRegister } from "./register.js";
import { planFaults } from "./schedule.js";
import { startWorkers } from "./workers.js";

/** What a run found. */
export interface ChaosResult {
  readonly report: HistoryReport;
  /** What workers did that no worker may do, beside what the history tells. */
  readonly failures: readonly string[];
}

export interface ChaosSetting {
  readonly cluster: EtcdCluster;
  /** Where the history is written. */
  readonly directory: string;
  readonly say: (message: string) => void;
}

/**
 * How much longer than its TTL a lock may take to be granted again after a crash, in milliseconds. Promised is 1 s;
 * the second one is for a machine on which the members, the workers and others share few processors.
 */
const RECOVERY_SLACK_MS = 2_000;

/** Runs workers under faults, ends all, and judges what everybody saw. */
export async function runChaos(options: ChaosOptions, setting: ChaosSetting): Promise<ChaosResult> {
  const { cluster, directory, say } = setting;
  await mkdir(join(directory, "locks"), { mode: 0o700 });
  const recorder = openRecorder(join(directory, "runner.jsonl"));
  const gateway = createGateway(cluster.endpoints);
  await using register = await startRegister(recorder, !options.unfenced);
  await using workers = await startWorkers({
    count: options.nodes,
    seed: options.seed,
    members: cluster.endpoints,
    directory,
    registerUrl: register.url,
    recorder,
  });
  const lab: Lab = { cluster, gateway, workers, recorder, breaks: [], resumedMs: [] };
  const { isSilent } = workers;
  const observer = startObserver({ gateway, members: cluster.members.length, recorder, isSilent });
  const probe = startProbe(gateway, recorder);

  await workers.connected();
  const startMs = nowMs();
  const steps = planFaults({ ...options, kinds: options.faults });
  say(`${options.nodes} workers, ${steps.flat().length} faults`);
  await injectFaults(lab, steps, options.seconds * 1_000, say);
  await sleep(Math.max(0, startMs + options.seconds * 1_000 - nowMs()));

  say("all faults are over; the workers end");
  await cluster.ready();
  await workers.stop();
  const registerUrl = register.url;
  await doLastOperations({ endpoints: cluster.endpoints, directory, registerUrl, recorder });
  recorder.record({ kind: "entries-left", entries: await listQueueEntries(gateway) });
  await probe.stop();
  await observer.stop();
  recorder.close();

  const early = revokesEarly(cluster.version)
    ? findEarlyRevocations(observer.sessionEnds, lab.resumedMs)
    : [];
  const events = assembleHistory(await readEvents(directory), [...lab.breaks, ...early]);
  const report = checkHistory(events, { ttlMs: TTL_MS, recoverySlackMs: RECOVERY_SLACK_MS });
  return { report, failures: workers.failures };
}

async function readEvents(directory: string): Promise<HistoryEvent[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(".jsonl"));
  const histories = files.map(async (source) =>
    parseHistory(await readFile(join(directory, source), "utf8"), { source, dropCutLine: true }),
  );
  return (await Promise.all(histories)).flat();
}
