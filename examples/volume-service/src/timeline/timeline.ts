import { waitText, workText } from "./bar-text.js";
import type { SpanRecord } from "./span-record.js";

/** What a bar stands for: a wait, a holding, or a holding whose lock was lost before it was given back. */
export type BarKind = "wait" | "hold" | "lost";

/** A span, laid out; times are milliseconds since the timeline's start. */
export interface Bar {
  readonly id: string;
  readonly kind: BarKind;
  readonly row: number;
  readonly start: number;
  readonly end: number;
  /** Several lines. */
  readonly text: string;
}

/** From a waiter to a holding that it waited for, at the moment when that one was over. */
export interface Arrow {
  readonly wait: string;
  readonly hold: string;
  readonly at: number;
}

/** What one node did with one lock; requests that overlap in time have rows of their own. */
export interface LockRows {
  readonly lock: string;
  readonly firstRow: number;
  readonly rows: number;
}

export interface Lane {
  readonly node: string;
  readonly locks: readonly LockRows[];
}

/** A wait with the holding that was in its way for longest. */
export interface Wait {
  readonly record: SpanRecord;
  readonly waitedMs: number;
  /** Absent if all in the way had only waited themselves, and gave up. */
  readonly behind: SpanRecord | undefined;
  /** How long that holding's request had waited itself. */
  readonly behindWaitedMs: number;
}

export interface Timeline {
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly lanes: readonly Lane[];
  readonly bars: readonly Bar[];
  readonly arrows: readonly Arrow[];
  /** Requests that somebody was in the way of, the longest wait first. */
  readonly waits: readonly Wait[];
}

/** A request and what was granted to it, on one row. */
interface Request {
  readonly records: readonly SpanRecord[];
  readonly start: number;
  readonly end: number;
}

/** Lays spans out: a lane for each node, in it rows for each lock. */
export function createTimeline(records: readonly SpanRecord[]): Timeline {
  const startMs = Math.min(...records.map((record) => record.startMs));
  const endMs = Math.max(startMs, ...records.map((record) => record.endMs ?? record.startMs));
  const ends = endsOf(records, endMs);
  const bars = new Map<string, Bar>();
  const lanes: Lane[] = [];
  let row = 0;
  for (const [node, ofNode] of groupBy(records, (record) => record.node)) {
    const locks: LockRows[] = [];
    for (const [lock, ofLock] of groupBy(ofNode, ({ names }) => names.join(", "))) {
      const packed = pack(requestsOf(ofLock, ends));
      packed.forEach((requests, index) => {
        for (const record of requests.flatMap((request) => request.records)) {
          bars.set(record.spanId, toBar(record, row + index, startMs, ends));
        }
      });
      locks.push({ lock, firstRow: row, rows: packed.length });
      row += packed.length;
    }
    lanes.push({ node, locks });
  }
  return {
    startMs: records.length === 0 ? 0 : startMs,
    durationMs: records.length === 0 ? 0 : endMs - startMs,
    lanes,
    bars: [...bars.values()],
    arrows: arrowsOf(records, bars),
    waits: waitsOf(records, bars),
  };
}

/** When each span ended. One that did not, because its node was killed, ends for the eye where the lock goes on. */
function endsOf(records: readonly SpanRecord[], endMs: number): ReadonlyMap<string, number> {
  const lastSign = new Map<string, number>();
  for (const { node, startMs, endMs: end = startMs } of records) {
    lastSign.set(node, Math.max(end, lastSign.get(node) ?? 0));
  }
  const endOf = (record: SpanRecord): number => {
    if (record.endMs !== undefined) return record.endMs;
    const gone = lastSign.get(record.node) ?? record.startMs;
    if (record.kind === "acquire") return gone;
    const next = records.find(
      ({ kind, names, startMs }) =>
        kind === "hold" && startMs > record.startMs && names.some((name) => record.names.includes(name)),
    );
    return next?.startMs ?? endMs;
  };
  return new Map(records.map((record) => [record.spanId, endOf(record)]));
}

function toBar(record: SpanRecord, row: number, startMs: number, ends: ReadonlyMap<string, number>): Bar {
  const end = ends.get(record.spanId) ?? record.startMs;
  const kind = record.kind === "acquire" ? "wait" : isLost(record) ? "lost" : "hold";
  const text = kind === "wait" ? waitText(record, end) : workText(record, end);
  return { id: record.spanId, kind, row, start: record.startMs - startMs, end: end - startMs, text };
}

/** Nobody gave the lock back: it was lost, or its node was killed. */
export function isLost({ kind, outcome, endMs }: SpanRecord): boolean {
  return kind === "hold" && (outcome === "lost" || endMs === undefined);
}

function requestsOf(records: readonly SpanRecord[], ends: ReadonlyMap<string, number>): Request[] {
  const together = groupBy(records, ({ grantedBy, spanId }) => grantedBy ?? spanId);
  return [...together.values()]
    .map((parts) => ({
      records: parts,
      start: Math.min(...parts.map(({ startMs }) => startMs)),
      end: Math.max(...parts.map(({ spanId }) => ends.get(spanId) ?? 0)),
    }))
    .sort((a, b) => a.start - b.start);
}

/** Puts each request on the first row that is free. */
function pack(requests: readonly Request[]): Request[][] {
  const rows: Request[][] = [];
  for (const request of requests) {
    const free = rows.find((row) => (row.at(-1)?.end ?? 0) <= request.start);
    if (free === undefined) rows.push([request]);
    else free.push(request);
  }
  return rows;
}

function arrowsOf(records: readonly SpanRecord[], bars: ReadonlyMap<string, Bar>): Arrow[] {
  return records.flatMap(({ spanId, blockedBy }) => {
    const wait = bars.get(spanId) as Bar;
    return blockedBy.flatMap((id): Arrow[] => {
      const hold = bars.get(id);
      if (hold === undefined) return [];
      return [{ wait: spanId, hold: id, at: Math.max(wait.start, Math.min(wait.end, hold.end)) }];
    });
  });
}

function waitsOf(records: readonly SpanRecord[], bars: ReadonlyMap<string, Bar>): Wait[] {
  const byId = new Map(records.map((record) => [record.spanId, record]));
  const lengthOf = (id: string | undefined): number => {
    const bar = bars.get(id ?? "");
    return bar === undefined ? 0 : bar.end - bar.start;
  };
  return records
    .filter(({ blockedBy }) => blockedBy.length > 0)
    .map((record): Wait => {
      const wait = bars.get(record.spanId) as Bar;
      const holds = record.blockedBy.flatMap((id) => bars.get(id) ?? []);
      const longest = holds.sort((a, b) => overlap(wait, b) - overlap(wait, a))[0];
      const behind = byId.get(longest?.id ?? "");
      return {
        record,
        waitedMs: lengthOf(record.spanId),
        behind,
        behindWaitedMs: lengthOf(behind?.grantedBy),
      };
    })
    .sort((a, b) => b.waitedMs - a.waitedMs);
}

function overlap(a: Bar, b: Bar): number {
  return Math.min(a.end, b.end) - Math.max(a.start, b.start);
}

/** In the order of the keys. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}
