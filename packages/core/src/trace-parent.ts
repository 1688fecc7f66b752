const TRACE_PARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Is it a trace context as text, https://www.w3.org/TR/trace-context/#traceparent-header, version 00? Whatever
 * is read from outside has to pass here: nothing longer than 55 characters does.
 */
export function isTraceParent(value: unknown): value is string {
  return typeof value === "string" && TRACE_PARENT.test(value);
}
