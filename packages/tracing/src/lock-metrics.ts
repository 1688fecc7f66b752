import { type Attributes, createNoopMeter, type Meter, type MetricOptions } from "@opentelemetry/api";
import type { RequestOutcome } from "./lock-request.js";
import { attributes, DURATION_BUCKETS, metrics } from "./semconv.js";

/** What is measured of locks; the attributes given are those that a kind of lock has. */
export interface LockMetrics {
  waitBegan(kind: Attributes): void;
  waitEnded(kind: Attributes): void;
  requestEnded(kind: Attributes, durationMs: number, outcome: RequestOutcome, errorType?: string): void;
  holdBegan(kind: Attributes): void;
  holdEnded(kind: Attributes, durationMs: number, outcome: "released" | "lost"): void;
  lost(kind: Attributes, reason: string): void;
}

/** `undefined` without an SDK: nothing has to be prepared for a meter that does nothing. */
export function createLockMetrics(meter: Meter): LockMetrics | undefined {
  if (meter === createNoopMeter()) return undefined;
  const waitDuration = meter.createHistogram(metrics.waitDuration.name, durationOf(metrics.waitDuration));
  const holdDuration = meter.createHistogram(metrics.holdDuration.name, durationOf(metrics.holdDuration));
  const held = meter.createUpDownCounter(metrics.held.name, optionsOf(metrics.held));
  const waiting = meter.createUpDownCounter(metrics.waiting.name, optionsOf(metrics.waiting));
  const lost = meter.createCounter(metrics.lost.name, optionsOf(metrics.lost));
  return {
    waitBegan: (kind) => waiting.add(1, kind),
    waitEnded: (kind) => waiting.add(-1, kind),
    requestEnded(kind, durationMs, outcome, errorType) {
      waitDuration.record(durationMs / 1000, {
        ...kind,
        [attributes.outcome.name]: outcome,
        ...(errorType === undefined ? {} : { [attributes.errorType.name]: errorType }),
      });
    },
    holdBegan: (kind) => held.add(1, kind),
    holdEnded(kind, durationMs, outcome) {
      held.add(-1, kind);
      holdDuration.record(durationMs / 1000, { ...kind, [attributes.outcome.name]: outcome });
    },
    lost: (kind, reason) => lost.add(1, { ...kind, [attributes.reason.name]: reason }),
  };
}

/** Unit and description of an instrument. */
export function optionsOf(metric: { readonly unit: string; readonly brief: string }): MetricOptions {
  return { unit: metric.unit, description: metric.brief };
}

/** The same for a histogram of durations in seconds. */
export function durationOf(metric: { readonly unit: string; readonly brief: string }): MetricOptions {
  return { ...optionsOf(metric), advice: { explicitBucketBoundaries: [...DURATION_BUCKETS] } };
}
