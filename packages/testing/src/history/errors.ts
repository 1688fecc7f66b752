/** A line of a history is no event, or an event contradicts those before it. Nothing was checked. */
export class HistoryError extends Error {
  readonly code = "history_unusable";
  /** The line, counted from 1, of the file or of the list of events. */
  readonly line: number;
  /** The file, where one was named. */
  readonly source: string | undefined;

  constructor(line: number, why: string, source?: string, cause?: unknown) {
    super(`${source === undefined ? "" : `${source}: `}line ${line} of the history: ${why}`, { cause });
    this.name = "HistoryError";
    this.line = line;
    this.source = source;
  }
}
