import { parseArgs } from "node:util";
import type { WireFormat } from "@fenceline/core";
import { type FaultKind, faultNames } from "./fault-kinds.js";
import { directoryFrom, integer, orUsageError, refuse, runOptions, seedFrom } from "./usage.js";

export interface ChaosOptions {
  readonly seconds: number;
  readonly seed: number;
  /** How many worker processes. */
  readonly nodes: number;
  readonly faults: readonly FaultKind[];
  /** How global locks stand in etcd. Order is judged only where all stand in queues. */
  readonly wire: readonly WireFormat[];
  readonly json: boolean;
  /** The control: the register takes writes without looking at their tokens. Such a run has to fail. */
  readonly unfenced: boolean;
  /** Where the history is kept; by default it is kept only of a run that failed. */
  readonly history: string | undefined;
  readonly help: boolean;
}

const wires = new Map<string, readonly WireFormat[]>([
  ["etcd", ["etcd"]],
  ["cinder", ["cinder"]],
  ["both", ["cinder", "etcd"]],
]);
const wireNames = [...wires.keys()].join(", ");

export const USAGE: string = `Usage: npm run chaos -- [options]

Worker processes take locks in a three-member etcd cluster of their own and write under them, while faults are
injected, alone and in pairs. What everybody saw is then checked against what Fenceline promises.

  --seconds N     how long the load lasts, 20 to 86400; 120
  --seed N        of the schedule of faults and of the load, 0 to 4294967295; a new one, which is printed
  --nodes N       how many workers, 2 to 16; 5
  --faults LIST   "all", or kinds of faults with commas between them; all
  --wire FORMAT   how global locks stand in etcd: ${wireNames}; etcd
  --history DIR   keep the history in DIR, one file for each worker (default: kept only if the run fails)
  --unfenced      the control: the register takes writes whatever their token. This run has to fail
  --json          print the report as one JSON object on the last line of stdout
  -h, --help      print this

Kinds of faults:
${listFaults()}

Exit code: 0 if every promise held, 1 if one did not, 2 if the run proves nothing (it says why), 64 for wrong usage.`;

/** Reads the command line. Throws `UsageError` for anything that it does not know. */
export function parseOptions(args: readonly string[], freshSeed: () => number): ChaosOptions {
  const { faults, history, nodes, seconds, seed, wire, ...flags } = read(args);
  return {
    ...flags,
    seconds: integer("--seconds", seconds, 20, 86_400),
    seed: seedFrom(seed, freshSeed),
    nodes: integer("--nodes", nodes, 2, 16),
    faults: readFaults(faults),
    wire: wires.get(wire) ?? refuse("--wire", `one of ${wireNames}`, wire),
    history: directoryFrom("--history", history),
  };
}

function read(args: readonly string[]) {
  const options = {
    ...runOptions,
    seconds: { type: "string", default: "120" },
    faults: { type: "string", default: "all" },
    wire: { type: "string", default: "etcd" },
    unfenced: { type: "boolean", default: false },
  } as const;
  return orUsageError(() => parseArgs({ args: [...args], options }).values);
}

function readFaults(text: string): readonly FaultKind[] {
  if (text === "all") return faultNames;
  const named = text.split(",");
  for (const name of named) {
    if (!(faultNames as readonly string[]).includes(name)) {
      refuse("--faults", `"all" or a list of ${faultNames.join(", ")}`, name);
    }
  }
  return faultNames.filter((name) => named.includes(name));
}

function listFaults(): string {
  const rows: string[] = [];
  for (let first = 0; first < faultNames.length; first += 5) {
    rows.push(`  ${faultNames.slice(first, first + 5).join(", ")}`);
  }
  return rows.join(",\n");
}
