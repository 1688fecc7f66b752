import { closeSync, openSync, writeSync } from "node:fs";
import { formatEvent, type HistoryEvent } from "@fenceline/testing";

type Unstamped<T> = T extends unknown ? Omit<T, "ms"> : never;

/** An event that happens now, or at `ms`. */
type NewEvent = Unstamped<HistoryEvent> & { readonly ms?: number | undefined };

/** Writes a history down, each event at once: who is killed has written what it did. */
export interface Recorder {
  record(event: NewEvent): void;
  close(): void;
}

export function openRecorder(path: string): Recorder {
  const file = openSync(path, "a");
  return {
    record(event) {
      writeSync(file, `${formatEvent({ ...event, ms: event.ms ?? nowMs() } as HistoryEvent)}\n`);
    },
    close: () => closeSync(file),
  };
}

/** The monotonic clock that all processes of this machine share, in milliseconds. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
