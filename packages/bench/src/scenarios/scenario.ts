import type { BenchEtcd } from "../etcd/bench-etcd.js";
import type { Results } from "../measure/results.js";
import type { Metric } from "../measure/sample.js";
import type { Target } from "../measure/target.js";
import type { Peer, PeerName } from "../peers/peer.js";
import type { PeerGroup } from "../peers/peer-group.js";

type ScenarioId = "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" | "I" | "J";

/** What a scenario works with. */
export interface Bench {
  /** An etcd that nobody has used before. */
  readonly etcd: BenchEtcd;
  /** How many rounds are measured, after one that is not. */
  readonly rounds: number;
  /** How long one peer works in one round. */
  readonly seconds: number;
  readonly quick: boolean;
  /** Starts those of the peers that are here, each with so many processes. They end with the scenario. */
  start(peers: readonly PeerName[], options?: StartOptions): Promise<PeerGroup[]>;
  readonly say: (message: string) => void;
}

interface StartOptions {
  /** Default: 1. */
  readonly processes?: number | undefined;
  /** Changes how a peer is started. */
  readonly adapt?: ((peer: Peer) => Peer) | undefined;
}

interface ScenarioPicture {
  readonly title: string;
  readonly metric: Metric;
  readonly better: "higher" | "lower";
  /** Which points are drawn. Default: all. */
  readonly points?: readonly string[];
  /** Whether all bars have one scale, or those of each point. Default: all. */
  readonly scale?: "panel" | "group";
}

export interface Scenario {
  readonly id: ScenarioId;
  /** What is done, in one line. */
  readonly title: string;
  /** What the table shows; of the first one it shows the spread too. */
  readonly metrics: readonly Metric[];
  /** What the picture shows. Default: it shows nothing of this scenario. */
  readonly picture?: ScenarioPicture;
  readonly targets: readonly Target[];
  /** `false`: it is the same whatever etcd does with its disk, and is measured once. Default: `true`. */
  readonly dependsOnDisk?: boolean;
  run(bench: Bench, results: Results): Promise<void>;
}
