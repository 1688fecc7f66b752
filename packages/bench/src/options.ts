import { parseArgs } from "node:util";
import type { DiskMode } from "./etcd/bench-etcd.js";
import { scenarios } from "./scenarios/all.js";
import type { Scenario } from "./scenarios/scenario.js";

export interface BenchOptions {
  readonly scenarios: readonly Scenario[];
  readonly modes: readonly DiskMode[];
  /** How often everything is run. */
  readonly runs: number;
  readonly quick: boolean;
  readonly json: boolean;
  /** Writes the tables and the picture into the documentation. */
  readonly write: boolean;
  readonly help: boolean;
}

export const USAGE: string = `Usage: npm run bench -- [options]

Fenceline beside its peers, on an etcd that this command starts, one after the other in several rounds; then what each
scenario is to reach, and whether it does. A peer that is not here is named as skipped.

  --scenarios LIST  letters with commas between them; all
  --mode MODE       "disk": etcd waits for the disk; "no-fsync": it does not (etcd 3.5 and later); "both"; both
  --runs N          everything N times, 1 to 9: a target holds if it does in each run, the tables are those of the last; 1
  --quick           fewer and shorter rounds: to see where one is, not to be quoted
  --json            print the report as one JSON object on the last line of stdout
  --write           write the tables and the picture into docs/performance.md
  --install         fetch the peers' Debian packages first (Debian or Ubuntu, as root); nothing is installed
  -h, --help        print this

Scenarios:
${scenarios.map(({ id, title }) => `  ${id}  ${title}`).join("\n")}

Exit code: 0 also where a target is missed, 1 if something could not be run, 64 for wrong usage.`;

/** Wrong usage; the message says what to write instead. */
export class UsageError extends Error {}

/** Reads the command line. Throws `UsageError` for anything that it does not know. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { scenarios: list, mode, runs, install: _, ...flags } = read(args);
  return { ...flags, scenarios: readScenarios(list), modes: readModes(mode), runs: readRuns(runs) };
}

function read(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        scenarios: { type: "string", default: "all" },
        mode: { type: "string", default: "both" },
        runs: { type: "string", default: "1" },
        quick: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
        install: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readScenarios(list: string): readonly Scenario[] {
  if (list === "all") return scenarios;
  const wanted = list.split(",");
  const ids = scenarios.map(({ id }) => id);
  for (const id of wanted) {
    if (!(ids as readonly string[]).includes(id)) {
      throw new UsageError(`Expected --scenarios to be "all" or a list of ${ids.join(",")}, got "${id}"`);
    }
  }
  return scenarios.filter(({ id }) => wanted.includes(id));
}

const MODES: Readonly<Record<string, readonly DiskMode[]>> = {
  both: ["disk", "no fsync"],
  disk: ["disk"],
  "no-fsync": ["no fsync"],
};

function readRuns(runs: string): number {
  if (/^[1-9]$/.test(runs)) return Number(runs);
  throw new UsageError(`Expected --runs to be 1 to 9, got "${runs}"`);
}

function readModes(mode: string): readonly DiskMode[] {
  const modes = MODES[mode];
  if (modes !== undefined) return modes;
  throw new UsageError(`Expected --mode to be ${Object.keys(MODES).join(", ")}, got "${mode}"`);
}
