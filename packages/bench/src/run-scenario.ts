import { type DiskMode, startBenchEtcd } from "./etcd/bench-etcd.js";
import { createResults, type Results } from "./measure/results.js";
import { judge, type Verdict } from "./measure/target.js";
import type { Command, Peer } from "./peers/peer.js";
import { type PeerGroup, startGroup } from "./peers/peer-group.js";
import type { Bench, Scenario } from "./scenarios/scenario.js";

export interface ScenarioReport {
  readonly scenario: Scenario;
  readonly mode: DiskMode;
  readonly results: Results;
  readonly verdicts: readonly Verdict[];
}

export interface RunScenarioOptions {
  readonly scenario: Scenario;
  readonly mode: DiskMode;
  readonly quick: boolean;
  /** etcd's executable. */
  readonly etcd: string;
  readonly peers: readonly Peer[];
  readonly say: (message: string) => void;
  readonly onVersions: (versions: Readonly<Record<string, string>>) => void;
  readonly onMissing: (peer: Peer, why: string) => void;
}

const QUICK = { rounds: 3, seconds: 0.5 };
const FULL = { rounds: 5, seconds: 2 };

/** Runs one scenario on an etcd of its own, and ends all that it has started. */
export async function runScenario(options: RunScenarioOptions): Promise<ScenarioReport> {
  const { scenario, mode, quick, say } = options;
  await using etcd = await startBenchEtcd(options.etcd, mode);
  options.onVersions({ etcd: etcd.version });
  const started: PeerGroup[] = [];
  const results = createResults();

  const start: Bench["start"] = async (names, how = {}) => {
    const groups: PeerGroup[] = [];
    for (const peer of options.peers.filter(({ name }) => names.includes(name))) {
      if ("missing" in peer.found) {
        options.onMissing(peer, peer.found.missing);
        continue;
      }
      const adapted = (how.adapt?.(peer) ?? peer) as Peer & { readonly found: Command };
      const group = await startGroup(adapted, etcd.endpoint, how.processes ?? 1).catch((error: Error) => {
        // A peer that this machine has, but cannot run, is as good as none.
        if ("fenceline" === peer.name) throw error;
        options.onMissing(peer, error.message);
      });
      if (group === undefined) continue;
      started.push(group);
      groups.push(group);
      options.onVersions(group.versions);
    }
    return groups;
  };

  say(`${scenario.id} (${mode}): ${scenario.title}`);
  try {
    await scenario.run({ etcd, quick, say, start, ...(quick ? QUICK : FULL) }, results);
  } finally {
    await Promise.all(started.map((group) => group[Symbol.asyncDispose]()));
  }
  return { scenario, mode, results, verdicts: scenario.targets.map((target) => judge(target, results)) };
}
