import { isTraceParent } from "@fenceline/core";
import type { SpanContext } from "@opentelemetry/api";

/** A span's context as text, https://www.w3.org/TR/trace-context/#traceparent-header */
export function formatTraceParent(context: SpanContext): string {
  return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, "0")}`;
}

/** Reads a traceparent of version 00; `undefined` for anything else. */
export function parseTraceParent(text: unknown): SpanContext | undefined {
  if (!isTraceParent(text)) return undefined;
  const [, traceId = "", spanId = "", flags = ""] = text.split("-");
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}
