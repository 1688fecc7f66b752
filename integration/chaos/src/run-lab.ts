import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { WireFormat } from "@fenceline/core";
import { type EtcdCluster, type HistoryEvent, parseHistory } from "@fenceline/testing";
import { assembleHistory } from "./assemble-history.js";
import { findEarlyRevocations } from "./early-revocations.js";
import { createGateway, type EtcdGateway } from "./etcd-gateway.js";
import type { FaultKind } from "./fault-kinds.js";
import { injectFaults } from "./inject-faults.js";
import type { Lab } from "./lab.js";
import type { LoadSettings } from "./messages.js";
import { startObserver } from "./observer.js";
import { startProbe } from "./probe.js";
import { listQueueEntries } from "./queue-entries.js";
import { nowMs, type Recorder } from "./recorder.js";
import { type Durations, planFaults } from "./schedule.js";
import { startWorkers } from "./workers.js";

export interface LabSetting {
  readonly cluster: EtcdCluster;
  /** Where the history is written. */
  readonly directory: string;
  readonly say: (message: string) => void;
}

export interface LabOptions extends LabSetting {
  readonly seconds: number;
  readonly seed: number;
  /** How many worker processes. */
  readonly nodes: number;
  readonly faults: readonly FaultKind[];
  /** Faults that come before all others. Default: none. */
  readonly firstFaults?: readonly FaultKind[] | undefined;
  /** How long kinds of faults last, where that is not as usual. */
  readonly lastsMs?: Durations | undefined;
  /** How global locks stand in etcd. Default: as `connect` has it. */
  readonly wire?: readonly WireFormat[] | undefined;
  /** What the workers do. */
  readonly load: LoadSettings;
  readonly recorder: Recorder;
  /** What is done when all faults are over and all workers gone. */
  readonly finish: (gateway: EtcdGateway) => Promise<void>;
}

/** What everybody saw. */
export interface LabResult {
  readonly events: readonly HistoryEvent[];
  /** What workers did that no worker may do, beside what the history tells. */
  readonly failures: readonly string[];
}

/** Runs workers under faults and ends all. */
export async function runLab(options: LabOptions): Promise<LabResult> {
  const { cluster, directory, load, recorder, say, seconds, seed, wire = ["etcd"] } = options;
  await mkdir(join(directory, "locks"), { mode: 0o700 });
  const gateway = createGateway(cluster.endpoints);
  await using workers = await startWorkers({
    count: options.nodes,
    seed,
    members: cluster.endpoints,
    directory,
    wire,
    load,
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
  await injectFaults(lab, steps, seconds * 1_000, say);
  await sleep(Math.max(0, startMs + seconds * 1_000 - nowMs()));

  say("all faults are over; the workers end");
  await cluster.ready();
  await workers.stop();
  await options.finish(gateway);
  recorder.record({ kind: "entries-left", entries: await listQueueEntries(gateway) });
  await probe.stop();
  await observer.stop();

  const early = findEarlyRevocations(observer.sessionEnds, lab.resumedMs);
  const events = assembleHistory(await readEvents(directory), [...lab.breaks, ...early]);
  return { events, failures: workers.failures };
}

async function readEvents(directory: string): Promise<HistoryEvent[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(".jsonl"));
  const histories = files.map(async (source) =>
    parseHistory(await readFile(join(directory, source), "utf8"), { source, dropCutLine: true }),
  );
  return (await Promise.all(histories)).flat();
}
