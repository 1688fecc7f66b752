import { appendFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { attributes, spans } from "@fenceline/tracing";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { SpanRecord } from "./span-record.js";

/**
 * Writes the spans of locks to a file. Each line is written at once and when a span begins as well: what a node
 * that is killed was about is what one wants to see.
 */
export class SpanFile implements SpanProcessor {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  onStart(span: Span): void {
    // The token is set right after the start.
    queueMicrotask(() => this.#write(span));
  }

  onEnd(span: ReadableSpan): void {
    this.#write(span);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  #write(span: ReadableSpan): void {
    appendFileSync(this.#path, `${JSON.stringify(toRecord(span))}\n`);
  }
}

/** Reads what all nodes have written into a directory: each span as it was written last, in the order of their starts. */
export async function readSpans(directory: string): Promise<SpanRecord[]> {
  const records = new Map<string, SpanRecord>();
  for (const file of await readdir(directory)) {
    if (!file.endsWith(SPAN_FILE_ENDING)) continue;
    // The last line of a node that was killed may be half a line; every whole one ends with a line feed.
    const lines = (await readFile(join(directory, file), "utf8")).split("\n").slice(0, -1);
    for (const line of lines) {
      const record: SpanRecord = JSON.parse(line);
      if (records.get(record.spanId)?.endMs === undefined) records.set(record.spanId, record);
    }
  }
  return [...records.values()].sort((a, b) => a.startMs - b.startMs);
}

/** How the names of the files end that `readSpans` reads. */
export const SPAN_FILE_ENDING = ".spans.jsonl";

function toRecord(span: ReadableSpan): SpanRecord {
  const value = <T>(attribute: { readonly name: string }): T => span.attributes[attribute.name] as T;
  const linked = (meaning: string): string[] =>
    span.links
      .filter((link) => link.attributes?.[attributes.link.name] === meaning)
      .map((link) => link.context.spanId);
  return {
    kind: span.name.startsWith(spans.hold.name) ? "hold" : "acquire",
    spanId: span.spanContext().spanId,
    node: value(attributes.node),
    names: value(attributes.names),
    template: value(attributes.template),
    operation: value(attributes.purpose),
    token: value(attributes.token),
    startMs: toMs(span.startTime),
    endMs: span.ended ? toMs(span.endTime) : undefined,
    outcome: value(attributes.outcome),
    lostReason: value(attributes.reason),
    blockedBy: linked("blocked_by"),
    grantedBy: linked("granted_by")[0],
  };
}

function toMs([seconds, nanoseconds]: ReadableSpan["startTime"]): number {
  return seconds * 1_000 + nanoseconds / 1e6;
}
