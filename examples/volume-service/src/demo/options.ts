import { access, constants } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";

export interface DemoOptions {
  /** The same load without locks. */
  readonly unlocked: boolean;
  /** The summary as one JSON object on the last line of stdout. */
  readonly json: boolean;
  readonly help: boolean;
  /** The file that the timeline is written to. Absent: one in a new directory for temporary files. */
  readonly timeline?: string | undefined;
  /** The file that Prometheus is told by where the nodes' metrics are. */
  readonly metrics?: string | undefined;
  /** How long the load lasts. */
  readonly seconds: number;
}

export const USAGE = `Usage: npm run demo -- [options]

Three nodes of a volume service create, clone, attach and detach volumes on five simulated storage arrays, all
at the same time, under locks in etcd. One node is killed and one is paused while it holds a lock.

  --unlocked     the same load without locks and without kill and pause: see the arrays' configuration break
  --seconds N    how long the load lasts, 15 to 600 (with --unlocked from 2 on); 22, or 10 with --unlocked
  --timeline F   write the page that shows who waited for whom to this file; else to a temporary one, named at the
                 end. Not with --unlocked.
  --metrics F    write to this file where the nodes' metrics are, for file_sd_configs of Prometheus. Not with
                 --unlocked.
  --json         print the summary as one JSON object on the last line of stdout
  -h, --help     print this

Exit code: 0 if every promise held (with --unlocked: if overlaps were shown), 1 if not, 64 for wrong usage.`;

/** Wrong usage; the message says what to write instead. */
export class UsageError extends Error {}

/** Reads the command line. Throws `UsageError` for anything that it does not know. */
export function parseOptions(args: readonly string[]): DemoOptions {
  const { json, help, unlocked, seconds, timeline, metrics } = read(args);
  for (const [option, file] of Object.entries({ timeline, metrics })) {
    if (file === "") throw new UsageError(`Expected --${option} to be the path of a file`);
    if (file !== undefined && unlocked) {
      throw new UsageError(`There is no --${option} with --unlocked: it shows locks`);
    }
  }
  const shortest = unlocked ? 2 : 15;
  const duration = Number(seconds ?? (unlocked ? 10 : 22));
  if (!Number.isInteger(duration) || duration < shortest || duration > 600) {
    throw new UsageError(`Expected --seconds to be a whole number from ${shortest} to 600, got "${seconds}"`);
  }
  return { unlocked, json, help, timeline, metrics, seconds: duration };
}

/** Throws `UsageError` if a file that is to be written is in no directory that can be written to. */
export async function checkFiles({
  timeline,
  metrics,
}: Pick<DemoOptions, "timeline" | "metrics">): Promise<void> {
  for (const [option, file] of Object.entries({ timeline, metrics })) {
    if (file === undefined) continue;
    await access(dirname(resolve(file)), constants.W_OK).catch((error: Error) => {
      throw new UsageError(`Expected --${option} to be a file that can be written: ${error.message}`);
    });
  }
}

function read(args: readonly string[]): Omit<DemoOptions, "seconds"> & { seconds: string | undefined } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        unlocked: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        seconds: { type: "string" },
        timeline: { type: "string" },
        metrics: { type: "string" },
      },
    });
    return { ...values, seconds: values.seconds, timeline: values.timeline, metrics: values.metrics };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
