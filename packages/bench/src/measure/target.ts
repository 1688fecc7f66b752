import type { PeerName } from "../peers/peer.js";
import type { Results } from "./results.js";
import type { Metric } from "./sample.js";
import { median } from "./statistics.js";

/** One measured value: which metric, of whom, at which point of the scenario. */
export interface Measured {
  readonly metric: Metric;
  readonly peer: PeerName;
  readonly point: string;
}

/** What is to be reached, as data: a value, or its ratio to another one of the same run, against a limit. */
export interface Target {
  /** In words: "time of a lock, to the floor's". */
  readonly title: string;
  readonly value: Measured;
  /** The value is divided by this one, round by round. */
  readonly to?: Measured | undefined;
  readonly direction: "at most" | "at least";
  readonly limit: number;
  /** What the value is counted in, where it is no ratio. */
  readonly unit?: string | undefined;
}

export interface Verdict {
  readonly target: Target;
  /** The median over the rounds; `undefined` where one of the two was not measured. */
  readonly measured: number | undefined;
  readonly holds: boolean | undefined;
  /** By which factor the limit is missed, at least 1; where the target holds, `undefined`. */
  readonly missedBy: number | undefined;
}

export function judge(target: Target, results: Results): Verdict {
  const measured = measure(target, results);
  if (measured === undefined) return { target, measured, holds: undefined, missedBy: undefined };
  const { direction, limit } = target;
  const holds = direction === "at most" ? measured <= limit : measured >= limit;
  const missedBy = direction === "at most" ? measured / limit : limit / measured;
  return { target, measured, holds, missedBy: holds ? undefined : missedBy };
}

/** Rounds are compared with each other: what slows the machine down for a while slows both of a round down. */
function measure({ value, to }: Target, results: Results): number | undefined {
  const values = read(value, results);
  if (to === undefined) return finite(median(values));
  const others = read(to, results);
  const rounds = Math.min(values.length, others.length);
  return finite(median(values.slice(0, rounds).map((one, round) => one / (others[round] as number))));
}

function read({ metric, peer, point }: Measured, results: Results): number[] {
  return results.rounds(point, peer).map((sample) => sample[metric] ?? Number.NaN);
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
