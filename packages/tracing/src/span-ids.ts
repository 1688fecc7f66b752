import { randomBytes } from "node:crypto";
import type { Span } from "@opentelemetry/api";

/** Draws the ids of traces and spans; the interface of the SDK's option `idGenerator`. */
export interface IdGenerator {
  /** 32 lower-case hexadecimal digits. */
  generateTraceId(): string;
  /** 16 lower-case hexadecimal digits. */
  generateSpanId(): string;
}

const randomIds: IdGenerator = {
  generateTraceId: () => randomHex(16),
  generateSpanId: () => randomHex(8),
};

/** The id for the next span that is started, and whether a generator was asked for one. */
let next: string | undefined;
let asked = false;

/**
 * Draws ids for a tracer provider so that the id of a `hold` span is known before it starts. A request for a
 * lock is written to etcd before anybody knows when it is granted, and those who will wait for it are to find
 * the `hold` span there. Without this generator they find the `acquire` span.
 *
 * @param base draws the ids, if they must have a form of their own. Default: random ones.
 *
 * @example
 * ```ts
 * new NodeTracerProvider({ idGenerator: createIdGenerator(), spanProcessors }).register();
 * ```
 */
export function createIdGenerator(base: IdGenerator = randomIds): IdGenerator {
  return {
    generateTraceId: () => base.generateTraceId(),
    generateSpanId() {
      asked = true;
      const id = next ?? base.generateSpanId();
      next = undefined;
      return id;
    },
  };
}

/** Starts a span, and plans the id of another one if the span's provider draws its ids by our generator. */
export function startAndPlan(start: () => Span): { readonly span: Span; readonly plannedId?: string } {
  asked = false;
  const span = start();
  return asked ? { span, plannedId: randomIds.generateSpanId() } : { span };
}

/** Starts a span with the id that was planned for it. */
export function startPlanned(plannedId: string | undefined, start: () => Span): Span {
  next = plannedId;
  try {
    return start();
  } finally {
    next = undefined;
  }
}

/** An id of all zeros would be invalid. */
function randomHex(bytes: number): string {
  const hex = randomBytes(bytes).toString("hex");
  return /^0+$/.test(hex) ? randomHex(bytes) : hex;
}
