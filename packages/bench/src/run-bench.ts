import type { DiskMode } from "./etcd/bench-etcd.js";
import { listPeers } from "./peers/catalogue.js";
import type { Peer } from "./peers/peer.js";
import { runScenario, type ScenarioReport } from "./run-scenario.js";
import type { Scenario } from "./scenarios/scenario.js";

export interface BenchReport {
  readonly scenarios: readonly ScenarioReport[];
  readonly peers: readonly Peer[];
  /** Of everything that has run: `clientv3` to `3.4.23`. */
  readonly versions: Readonly<Record<string, string>>;
  readonly skipped: readonly Omission[];
  /** Scenarios that did not come to their end. */
  readonly failed: readonly Omission[];
  /** The same, run before; what the targets came to there counts as well. */
  readonly earlier?: readonly BenchReport[] | undefined;
}

interface Omission {
  readonly what: string;
  readonly why: string;
}

export interface RunBenchOptions {
  readonly scenarios: readonly Scenario[];
  readonly modes: readonly DiskMode[];
  readonly quick: boolean;
  /** etcd's executable, and its version. */
  readonly etcd: { readonly binary: string; readonly version: string };
  readonly env: NodeJS.ProcessEnv;
  readonly say: (message: string) => void;
}

/** Runs scenarios in each mode; those that do not depend on the disk once. */
export async function runBench(options: RunBenchOptions): Promise<BenchReport> {
  const { env, etcd, quick, say } = options;
  const peers = listPeers(env);
  const versions: Record<string, string> = {};
  const skipped = new Map<string, string>();
  const reports: ScenarioReport[] = [];
  const failed: Omission[] = [];
  const modes = options.modes.filter((mode) => mode === "disk" || hasNoFsync(etcd.version));
  if (modes.length < options.modes.length) {
    skipped.set("no fsync", `etcd ${etcd.version} has no --unsafe-no-fsync`);
  }

  for (const mode of modes) {
    for (const scenario of options.scenarios) {
      if (mode !== modes[0] && scenario.dependsOnDisk === false) continue;
      try {
        reports.push(
          await runScenario({
            ...{ scenario, mode, quick, peers, say },
            etcd: etcd.binary,
            onVersions: (found) => Object.assign(versions, found),
            onMissing: (peer, why) => skipped.set(peer.title, why),
          }),
        );
      } catch (error) {
        // The others can be measured all the same.
        const why = error instanceof Error ? error.message : String(error);
        say(`${scenario.id} (${mode}) failed: ${why}`);
        failed.push({ what: `${scenario.id} (${mode})`, why: why.split("\n", 1)[0] ?? "" });
      }
    }
  }
  return {
    ...{ scenarios: reports, peers, versions, failed },
    skipped: [...skipped].map(([what, why]) => ({ what, why })),
  };
}

function hasNoFsync(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 3 || (major === 3 && minor >= 5);
}
