import type { AcquireOperation, Blocker, Lock } from "@fenceline/core";
import { FencingToken } from "@fenceline/core";
import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { errorTypeOf, type RequestOutcome } from "./lock-request.js";
import { attributes, events, spans } from "./semconv.js";
import { startAndPlan, startPlanned } from "./span-ids.js";
import { formatTraceParent, parseTraceParent } from "./trace-parent.js";

export interface LockSpansOptions {
  readonly tracer: Tracer;
  readonly recordNames: boolean;
  /** Further attributes for both spans of a request. */
  readonly attributesOf: ((operation: AcquireOperation) => Attributes) | undefined;
}

/** The `acquire` span of a request. */
export interface AcquireSpan {
  readonly span: Span;
  /** In which the request was made. */
  readonly parent: Context;
  /** With the span as the active one. */
  readonly context: Context;
  blocked(by: Blocker): void;
  retried(): void;
  ended(outcome: RequestOutcome, error?: unknown): void;
  /** Starts the `hold` span, with the id that those who wait were told. */
  granted(lock: Lock): Span;
}

/** So many links to those who were in the way are kept; a long wait in a long queue has one for each turn. */
const MAX_LINKS = 32;

/**
 * Starts the `acquire` span of a request and lets those who will wait for it know of its `hold` span.
 *
 * @returns `undefined` without an SDK: the span is none, and nothing encloses the request
 */
export function startAcquireSpan(
  options: LockSpansOptions,
  operation: AcquireOperation,
  kind: Attributes,
): AcquireSpan | undefined {
  const { tracer, recordNames } = options;
  const parent = context.active();
  const { span, plannedId } = startAndPlan(() =>
    tracer.startSpan(nameOf("acquire", kind), { kind: SpanKind.CLIENT, attributes: kind }, parent),
  );
  if (!trace.isSpanContextValid(span.spanContext())) return undefined;
  const active = trace.setSpan(parent, span);
  const recording = span.isRecording();
  const linked = new Set<string>();
  let attempts = 1;
  let blockedBefore = false;
  let common: Attributes = kind;

  if (recording) {
    const planned = { ...span.spanContext(), ...(plannedId === undefined ? {} : { spanId: plannedId }) };
    operation.trace = formatTraceParent(planned);
    common = { ...kind, ...describe(operation, recordNames), ...options.attributesOf?.(operation) };
    span.setAttributes({
      ...common,
      ...(operation.ifAvailable ? { [attributes.ifAvailable.name]: true } : {}),
    });
  }

  return {
    span,
    parent,
    context: active,
    blocked({ text, trace: blocker, ahead }) {
      if (!recording) return;
      if (!blockedBefore && ahead !== undefined) {
        span.setAttributes({
          [attributes.position.name]: ahead,
          [attributes.waiters.name]: Math.max(ahead - 1, 0),
        });
      }
      blockedBefore = true;
      span.addEvent(events.queued.name, {
        ...(ahead === undefined ? {} : { [attributes.position.name]: ahead }),
        ...(recordNames ? { [attributes.blockedBy.name]: text } : {}),
      });
      const spanContext = parseTraceParent(blocker);
      if (spanContext === undefined || linked.has(spanContext.spanId) || linked.size >= MAX_LINKS) return;
      linked.add(spanContext.spanId);
      span.addLink({ context: spanContext, attributes: { [attributes.link.name]: "blocked_by" } });
    },
    retried() {
      attempts += 1;
    },
    ended(outcome, error) {
      if (recording) {
        span.setAttributes({
          [attributes.outcome.name]: outcome,
          [attributes.attempts.name]: attempts,
          ...(blockedBefore ? {} : { [attributes.position.name]: 0, [attributes.waiters.name]: 0 }),
        });
        if (error !== undefined && outcome !== "aborted") setFailed(span, error, recordNames);
      }
      span.end();
    },
    granted(lock) {
      // A request that nothing encloses would otherwise have two traces.
      const under = trace.getSpan(parent) === undefined ? active : parent;
      const holding = startPlanned(plannedId, () =>
        tracer.startSpan(
          nameOf("hold", kind),
          {
            kind: SpanKind.INTERNAL,
            attributes: common,
            links: [{ context: span.spanContext(), attributes: { [attributes.link.name]: "granted_by" } }],
          },
          under,
        ),
      );
      if (holding.isRecording()) {
        holding.setAttribute(attributes.token.name, lock.token.toString());
        if (wasHandedOver(lock)) holding.addEvent(events.handedOver.name);
      }
      return holding;
    },
  };
}

/** Marks a span as failed; the text of an error may show names of locks. */
export function setFailed(span: Span, error: unknown, recordNames: boolean): void {
  span.setAttribute(attributes.errorType.name, errorTypeOf(error));
  const message = recordNames && error instanceof Error ? { message: error.message } : {};
  span.setStatus({ code: SpanStatusCode.ERROR, ...message });
}

function nameOf(span: keyof typeof spans, kind: Attributes): string {
  const template = kind[attributes.template.name];
  return template === undefined ? spans[span].name : `${spans[span].name} ${template}`;
}

function describe(operation: AcquireOperation, recordNames: boolean): Attributes {
  const { purpose } = operation;
  return {
    [attributes.node.name]: operation.coordinator.node,
    ...(purpose === undefined ? {} : { [attributes.purpose.name]: purpose }),
    ...(recordNames ? { [attributes.names.name]: operation.keys.map((key) => key.name) } : {}),
  };
}

/** The tokens of global locks count the holders of one entry in etcd. */
function wasHandedOver(lock: Lock): boolean {
  const key = lock.keys.find(({ scope }) => scope === "global");
  return key !== undefined && FencingToken.sequence(lock.tokenOf(key)) > 0;
}
