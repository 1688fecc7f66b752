import { HistoryError } from "./errors.js";
import { readEvent } from "./event-shapes.js";
import type { HistoryEvent } from "./events.js";

/**
 * An event as one line of JSON, without the line's end; tokens and revisions as decimal text. Write it
 * synchronously (`fs.writeSync`): a worker that is killed must have written what it did.
 */
export function formatEvent(event: HistoryEvent): string {
  return JSON.stringify(event, (_key, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
}

/** How `parseHistory` reads. */
export interface ParseHistoryOptions {
  /** The file, for messages. */
  readonly source?: string | undefined;
  /** Leaves out a last line without an end, as a killed worker can leave it. Default: `false`. */
  readonly dropCutLine?: boolean | undefined;
}

/**
 * Reads what `formatEvent` wrote, one event a line; empty lines are skipped. Histories of several workers are
 * put one behind the other: only the times of events count, and where times are equal, their order.
 *
 * @example
 * ```ts
 * const events = files.flatMap((file) =>
 *   parseHistory(readFileSync(file, "utf8"), { source: file, dropCutLine: true }),
 * );
 * ```
 *
 * @throws HistoryError naming the first line that is no event.
 */
export function parseHistory(text: string, options: ParseHistoryOptions = {}): HistoryEvent[] {
  const { dropCutLine = false, source } = options;
  const lines = text.split("\n");
  if (dropCutLine) lines.pop();
  const events: HistoryEvent[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() !== "") events.push(parseLine(line, index + 1, source));
  }
  return events;
}

function parseLine(line: string, number: number, source: string | undefined): HistoryEvent {
  try {
    return readEvent(JSON.parse(line));
  } catch (cause) {
    throw new HistoryError(number, (cause as Error).message, source, cause);
  }
}
