import type { PeerName } from "../peers/peer.js";
import type { Metric, Sample } from "./sample.js";
import { type Summary, summarize } from "./statistics.js";

/** The rounds of every peer at every point ("64 callers") of a scenario. */
export interface Results {
  readonly points: readonly string[];
  add(point: string, peer: PeerName, sample: Sample): void;
  peersAt(point: string): readonly PeerName[];
  rounds(point: string, peer: PeerName): readonly Sample[];
  /** `undefined` where it was not measured. */
  summary(point: string, peer: PeerName, metric: Metric): Summary | undefined;
}

export function createResults(): Results {
  const samples = new Map<string, Map<PeerName, Sample[]>>();
  const rounds = (point: string, peer: PeerName): readonly Sample[] => samples.get(point)?.get(peer) ?? [];
  return {
    get points() {
      return [...samples.keys()];
    },
    add(point, peer, sample) {
      const peers = samples.get(point) ?? new Map<PeerName, Sample[]>();
      samples.set(point, peers.set(peer, [...(peers.get(peer) ?? []), sample]));
    },
    peersAt: (point) => [...(samples.get(point)?.keys() ?? [])],
    rounds,
    summary(point, peer, metric) {
      const values = rounds(point, peer).map((sample) => sample[metric]);
      return values.every((value) => value !== undefined) ? summarize(values) : undefined;
    },
  };
}
