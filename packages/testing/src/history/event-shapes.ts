import type { HistoryEvent } from "./events.js";

/** Takes a value of JSON to what the event carries; `undefined` when it does not fit. */
type Reader = (value: unknown) => unknown;

/** The fields of an object in JSON. Other fields are dropped. */
interface Shape {
  readonly required: Readonly<Record<string, Reader>>;
  readonly optional?: Readonly<Record<string, Reader>>;
}

const text: Reader = (value) => (typeof value === "string" ? value : undefined);
const flag: Reader = (value) => (typeof value === "boolean" ? value : undefined);
const time: Reader = (value) => (Number.isFinite(value) ? value : undefined);
const integer: Reader = (value) =>
  typeof value === "string" && /^\d{1,19}$/.test(value) ? BigInt(value) : undefined;

function oneOf(...words: readonly string[]): Reader {
  return (value) => (words.includes(value as string) ? value : undefined);
}

function listOf(shape: Shape): Reader {
  return (value) => (Array.isArray(value) ? value.map((item) => readShape(item, shape)) : undefined);
}

const ofOperation = { ms: time, worker: text, lock: text, operation: text };
const anyCall = oneOf("acquire", "release", "try");
const ofWorker: Shape = { required: { ms: time, worker: text } };
const failed: Shape = { required: { ...ofOperation, call: anyCall }, optional: { reason: text } };
const leftEntry: Shape = { required: { lock: text, key: text }, optional: { worker: text } };

const shapes: Readonly<Record<HistoryEvent["kind"], Shape>> = {
  invoke: { required: { ...ofOperation, call: anyCall } },
  queued: { required: { ...ofOperation, createRevision: integer } },
  granted: { required: { ...ofOperation, token: integer }, optional: { createRevision: integer } },
  ok: { required: { ...ofOperation, call: oneOf("release", "try") } },
  fail: failed,
  info: failed,
  "belief-ended": { required: { ...ofOperation, why: oneOf("aborted", "refused", "released") } },
  effect: {
    required: { ms: time, beginMs: time, worker: text, lock: text, token: integer, accepted: flag },
    optional: { resource: text },
  },
  pause: ofWorker,
  resume: ofWorker,
  crash: ofWorker,
  "session-ended": {
    required: { ms: time, worker: text, how: oneOf("expired", "revoked") },
    optional: { notBeforeMs: time },
  },
  fault: { required: { ms: time, fault: text, type: text, phase: oneOf("fired", "healed", "planned") } },
  "etcd-available": { required: { ms: time } },
  "etcd-unavailable": { required: { ms: time } },
  "entries-left": { required: { ms: time, entries: listOf(leftEntry) } },
};

/** Takes a line's JSON to an event. Throws a `TypeError` that says which field is wrong. */
export function readEvent(json: unknown): HistoryEvent {
  const { kind } = asRecord(json);
  const shape = Object.hasOwn(shapes, String(kind)) ? shapes[kind as HistoryEvent["kind"]] : undefined;
  if (shape === undefined) throw new TypeError(`\`kind\` is ${show(kind)}`);
  return { kind, ...readShape(json, shape) } as unknown as HistoryEvent;
}

function readShape(json: unknown, { required, optional = {} }: Shape): Record<string, unknown> {
  const record = asRecord(json);
  const read: Record<string, unknown> = {};
  for (const [name, reader] of Object.entries(required)) read[name] = readField(name, reader, record[name]);
  for (const [name, reader] of Object.entries(optional)) {
    if (record[name] !== undefined) read[name] = readField(name, reader, record[name]);
  }
  return read;
}

function readField(name: string, reader: Reader, value: unknown): unknown {
  const read = reader(value);
  if (read === undefined) throw new TypeError(`\`${name}\` is ${show(value)}`);
  return read;
}

function asRecord(json: unknown): Record<string, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new TypeError("no JSON object");
  return json as Record<string, unknown>;
}

function show(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}
