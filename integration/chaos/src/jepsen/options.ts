import { parseArgs } from "node:util";
import { directoryFrom, integer, orUsageError, refuse, runOptions, seedFrom } from "../usage.js";
import { type Workload, workloadNames, workloads } from "./workloads.js";

export interface JepsenOptions {
  readonly workloads: readonly Workload[];
  /** How long the load of each workload lasts. */
  readonly seconds: number;
  readonly seed: number;
  /** How many worker processes. */
  readonly nodes: number;
  readonly json: boolean;
  /** Where the histories are kept; by default only those of runs that failed. */
  readonly history: string | undefined;
  readonly help: boolean;
}

export const USAGE: string = `Usage: npm run jepsen -- [options]

The workloads with which Jepsen tested etcd's locks, rebuilt on Fenceline: worker processes and a three-member etcd
cluster of each workload's own, while workers are stopped between reading and writing for longer than their lease,
workers and leaders are killed, and the network is cut.

  --workload NAME  "all", or one of those below; all
  --seconds N      how long the load of each workload lasts, 20 to 86400; 60
  --seed N         of the schedule of faults and of the load, 0 to 4294967295; a new one, which is printed
  --nodes N        how many workers, 2 to 16; 5
  --history DIR    keep the histories in DIR, a directory for each workload (default: kept only if its run fails)
  --json           print the report as one JSON object on the last line of stdout
  -h, --help       print this

Workloads:
${workloadNames.map((name) => `  ${name.padEnd(16)} ${workloads[name]}`).join("\n")}

Exit code: 0 if each workload ended as it has to, 1 if a promise was broken, 2 if a run proves nothing (it says why: no
worker was paused past its lease, or the control lost nothing), 64 for wrong usage.`;

/** Reads the command line. Throws `UsageError` for anything that it does not know. */
export function parseOptions(args: readonly string[], freshSeed: () => number): JepsenOptions {
  const { history, nodes, seconds, seed, workload, ...flags } = read(args);
  return {
    ...flags,
    workloads: readWorkloads(workload),
    seconds: integer("--seconds", seconds, 20, 86_400),
    seed: seedFrom(seed, freshSeed),
    nodes: integer("--nodes", nodes, 2, 16),
    history: directoryFrom("--history", history),
  };
}

function read(args: readonly string[]) {
  const options = {
    ...runOptions,
    seconds: { type: "string", default: "60" },
    workload: { type: "string", default: "all" },
  } as const;
  return orUsageError(() => parseArgs({ args: [...args], options }).values);
}

function readWorkloads(text: string): readonly Workload[] {
  if (text === "all") return workloadNames;
  const found = workloadNames.filter((name) => name === text);
  return found.length > 0 ? found : refuse("--workload", `"all", ${workloadNames.join(", ")}`, text);
}
