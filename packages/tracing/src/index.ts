export { type IncomingHeaders, type LockBaggage, lockHeaders, readLockHeaders } from "./lock-headers.js";
export {
  attributes,
  DURATION_BUCKETS,
  events,
  metrics,
  spans,
  TOKEN_HEADER,
} from "./semconv.js";
export { createIdGenerator, type IdGenerator } from "./span-ids.js";
export { type Tracing, type TracingOptions, tracing } from "./tracing.js";
