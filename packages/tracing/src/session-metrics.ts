import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { CoordinatorInfo, DiagnosticChannel, DiagnosticEvents } from "@fenceline/core";
import type { Attributes, Meter } from "@opentelemetry/api";
import { durationOf, optionsOf } from "./lock-metrics.js";
import { safely } from "./safely.js";
import { attributes, metrics } from "./semconv.js";

/** Calls back for what is published on a channel, until what is returned is called. What it throws is kept off the lock. */
export function listen<Name extends DiagnosticChannel>(
  name: Name,
  listener: (event: DiagnosticEvents[Name]) => void,
): () => void {
  const onMessage = (message: unknown): void => {
    safely(() => listener(message as DiagnosticEvents[Name]));
  };
  subscribe(name, onMessage);
  return () => unsubscribe(name, onMessage);
}

const BREAKER_STATES = { closed: 0, "half-open": 1, open: 2 } as const;

/**
 * Measures sessions and calls to etcd, of the coordinators that are `ours`, and refused tokens, of all gates of
 * the process.
 *
 * @returns what ends it
 */
export function measureSessions(meter: Meter, ours: (coordinator: CoordinatorInfo) => boolean): () => void {
  const renewal = meter.createHistogram(
    metrics.keepAliveDuration.name,
    durationOf(metrics.keepAliveDuration),
  );
  const remaining = meter.createGauge(metrics.leaseRemaining.name, optionsOf(metrics.leaseRemaining));
  const changes = meter.createCounter(metrics.sessionChanges.name, optionsOf(metrics.sessionChanges));
  const retries = meter.createCounter(metrics.retries.name, optionsOf(metrics.retries));
  const breaker = meter.createGauge(metrics.breakerState.name, optionsOf(metrics.breakerState));
  const rejected = meter.createCounter(metrics.rejected.name, optionsOf(metrics.rejected));
  const nodeOf = ({ node }: CoordinatorInfo): Attributes => ({ [attributes.node.name]: node });

  const ends = [
    listen("fenceline:session:renewed", ({ coordinator, durationMs, remainingMs }) => {
      if (!ours(coordinator)) return;
      renewal.record(durationMs / 1000, nodeOf(coordinator));
      remaining.record(remainingMs / 1000, nodeOf(coordinator));
    }),
    listen("fenceline:session:state", ({ coordinator, state }) => {
      if (!ours(coordinator)) return;
      changes.add(1, { ...nodeOf(coordinator), [attributes.state.name]: state.status });
      if (state.status === "lost") remaining.record(0, nodeOf(coordinator));
    }),
    listen("fenceline:etcd:retry", ({ coordinator }) => {
      if (ours(coordinator)) retries.add(1, nodeOf(coordinator));
    }),
    listen("fenceline:etcd:breaker", ({ coordinator, state }) => {
      if (ours(coordinator)) breaker.record(BREAKER_STATES[state], nodeOf(coordinator));
    }),
    listen("fenceline:fence:rejected", ({ guard }) => rejected.add(1, { [attributes.guard.name]: guard })),
  ];
  return () => {
    for (const end of ends) end();
  };
}
