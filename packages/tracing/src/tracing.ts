import {
  type AcquireOperation,
  type Blocker,
  type CoordinatorInfo,
  type Interceptor,
  InvalidArgumentError,
  type Lock,
} from "@fenceline/core";
import {
  type Attributes,
  type Context,
  context,
  type MeterProvider,
  metrics,
  type Span,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { createLockMetrics } from "./lock-metrics.js";
import { errorTypeOf, kindOf, lossReasonOf, outcomeOf, type RequestOutcome } from "./lock-request.js";
import { type AcquireSpan, type LockSpansOptions, setFailed, startAcquireSpan } from "./lock-spans.js";
import { safely } from "./safely.js";
import { attributes, events } from "./semconv.js";
import { listen, measureSessions } from "./session-metrics.js";
import { SCOPE } from "./version.js";

export interface TracingOptions {
  /** Where spans go. Default: the global provider of `@opentelemetry/api`. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Where measurements go. Default: the global provider at the time of the call, so register yours before. */
  readonly meterProvider?: MeterProvider | undefined;
  /**
   * `false` keeps the names of locks, and texts that may show them, off the spans. Measurements never have
   * them. Default: `true`.
   */
  readonly recordNames?: boolean | undefined;
  /** Further attributes for both spans of a request. What it throws is reported to `diag`, and the spans go without. */
  readonly attributes?: ((operation: AcquireOperation) => Attributes) | undefined;
}

/** An interceptor for `connect`. Disposing of it ends the measurements. */
export interface Tracing extends Interceptor, Disposable {}

interface Request {
  readonly kind: Attributes;
  readonly startedAt: number;
  readonly span: AcquireSpan | undefined;
  waiting: boolean;
  ended: boolean;
}

interface Holding {
  readonly coordinator: CoordinatorInfo;
  readonly isGlobal: boolean;
  readonly kind: Attributes;
  readonly span: Span | undefined;
  readonly startedAt: number;
  /** When the work was done; the span ends once the lock was given back, with this time. */
  workDoneAt: number | undefined;
}

/**
 * Traces and measures the locks of a coordinator. Nothing that fails in here, in a provider or in an exporter,
 * reaches a lock or holds it up. Make one for a process and give it to all its coordinators.
 *
 * @example
 * ```ts
 * await using coordinator = await connect({ etcd: { hosts }, interceptors: [tracing()] });
 * ```
 *
 * @throws InvalidArgumentError
 */
export function tracing(options: TracingOptions = {}): Tracing {
  checkOptions(options);
  const { recordNames = true } = options;
  const tracer = (options.tracerProvider ?? trace).getTracer(SCOPE.name, SCOPE.version);
  const meter = (options.meterProvider ?? metrics).getMeter(SCOPE.name, SCOPE.version);
  const spans: LockSpansOptions = { tracer, recordNames, attributesOf: hookOf(options) };
  const measured = createLockMetrics(meter);
  const requests = new WeakMap<AcquireOperation, Request>();
  const requestsBySpan = new WeakMap<Span, Request>();
  const holdings = new Map<Lock, Holding>();

  const begin = (operation: AcquireOperation): Request | undefined => {
    const kind = kindOf(operation);
    const span = startAcquireSpan(spans, operation, kind);
    if (span === undefined && measured === undefined) return undefined;
    const request = { kind, span, startedAt: performance.now(), waiting: false, ended: false };
    requests.set(operation, request);
    if (span !== undefined) requestsBySpan.set(span.span, request);
    return request;
  };

  const onBlocked = (request: Request, by: Blocker): void => {
    if (request.ended) return;
    if (!request.waiting) measured?.waitBegan(request.kind);
    request.waiting = true;
    request.span?.blocked(by);
  };

  const onEnded = (request: Request, outcome: RequestOutcome, error?: unknown): void => {
    if (request.ended) return;
    request.ended = true;
    const { kind, waiting } = request;
    const errorType = error === undefined || outcome === "aborted" ? undefined : errorTypeOf(error);
    if (waiting) measured?.waitEnded(kind);
    measured?.requestEnded(kind, performance.now() - request.startedAt, outcome, errorType);
    request.span?.ended(outcome, error);
  };

  const onGranted = (request: Request, lock: Lock, operation: AcquireOperation): void => {
    const { kind } = request;
    measured?.holdBegan(kind);
    holdings.set(lock, {
      coordinator: operation.coordinator,
      isGlobal: lock.keys.some(({ scope }) => scope === "global"),
      kind,
      span: request.span?.granted(lock),
      startedAt: performance.now(),
      workDoneAt: undefined,
    });
    onEnded(request, "acquired");
  };

  const onHoldOver = (lock: Lock, outcome: "released" | "lost", tell: (holding: Holding) => void): void => {
    const holding = holdings.get(lock);
    if (holding === undefined) return;
    holdings.delete(lock);
    const endedAt = (outcome === "released" ? holding.workDoneAt : undefined) ?? performance.now();
    measured?.holdEnded(holding.kind, endedAt - holding.startedAt, outcome);
    tell(holding);
    holding.span?.setAttribute(attributes.outcome.name, outcome);
    holding.span?.end(endedAt);
  };

  const tellHolders = (coordinator: CoordinatorInfo, event: string): void => {
    for (const holding of holdings.values()) {
      if (holding.isGlobal && holding.coordinator === coordinator) holding.span?.addEvent(event);
    }
  };

  const follow = async (
    request: Request,
    operation: AcquireOperation,
    next: () => Promise<unknown>,
  ): Promise<unknown> => {
    const { span } = request;
    try {
      const lock = await (span === undefined ? next() : runIn(() => span.context, next));
      safely(() => onEnded(request, lock === undefined ? "unavailable" : "acquired"));
      return lock;
    } catch (error) {
      safely(() => onEnded(request, outcomeOf(operation, error), error));
      throw error;
    }
  };

  const followHold = async (holding: Holding, next: () => Promise<unknown>): Promise<unknown> => {
    const { span } = holding;
    try {
      return await (span === undefined ? next() : runIn(() => trace.setSpan(context.active(), span), next));
    } finally {
      holding.workDoneAt = performance.now();
    }
  };

  const interceptor: Interceptor = (operation, next) => {
    if (operation.kind === "acquire") {
      const request = safely(() => begin(operation));
      return request === undefined ? next() : follow(request, operation, next);
    }
    const holding = operation.kind === "hold" ? holdings.get(operation.lock) : undefined;
    return holding === undefined ? next() : followHold(holding, next);
  };

  const ends = [
    measureSessions(meter, ({ interceptors }) => interceptors.includes(interceptor)),
    listen("fenceline:acquire:blocked", ({ operation, blockedBy }) => {
      const request = requests.get(operation);
      if (request !== undefined) onBlocked(request, blockedBy);
    }),
    listen("fenceline:etcd:retry", () => {
      const active = trace.getActiveSpan();
      if (active !== undefined) requestsBySpan.get(active)?.span?.retried();
    }),
    listen("fenceline:hold:start", ({ lock, operation }) => {
      const request = requests.get(operation);
      if (request !== undefined) onGranted(request, lock, operation);
    }),
    listen("fenceline:hold:lost", ({ lock, error }) => {
      onHoldOver(lock, "lost", ({ kind, span }) => {
        const reason = lossReasonOf(error);
        measured?.lost(kind, reason);
        if (span === undefined) return;
        span.addEvent(events.lost.name, { [attributes.reason.name]: reason });
        span.setAttribute(attributes.reason.name, reason);
        setFailed(span, error, recordNames);
      });
    }),
    listen("fenceline:hold:end", ({ lock, waiters, handedOver }) => {
      onHoldOver(lock, "released", ({ span }) => {
        span?.setAttribute(attributes.waiters.name, waiters);
        if (handedOver) span?.addEvent(events.handedOn.name);
      });
    }),
    listen("fenceline:session:renewal-failed", ({ coordinator }) =>
      tellHolders(coordinator, events.keepAliveFailed.name),
    ),
    listen("fenceline:session:state", ({ coordinator, state }) => {
      if (state.status === "suspect") tellHolders(coordinator, events.suspect.name);
      if (state.status === "active") tellHolders(coordinator, events.recovered.name);
    }),
  ];
  return Object.assign(interceptor, {
    [Symbol.dispose]() {
      for (const end of ends) end();
    },
  });
}

/** Calls `next` exactly once, in the context if the context manager works. */
function runIn(active: () => Context, next: () => Promise<unknown>): Promise<unknown> {
  let running: Promise<unknown> | undefined;
  const run = async (): Promise<unknown> => next();
  safely(() =>
    context.with(active(), () => {
      running = run();
    }),
  );
  return running ?? run();
}

function hookOf({ attributes: hook }: TracingOptions): LockSpansOptions["attributesOf"] {
  return hook && ((operation) => safely(() => hook(operation)) ?? {});
}

function checkOptions(options: TracingOptions): void {
  const { tracerProvider, meterProvider, recordNames, attributes: hook } = options;
  const known = ["tracerProvider", "meterProvider", "recordNames", "attributes"];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError("options", `an object with the options ${known.join(", ")}`, unknown);
  }
  if (tracerProvider !== undefined && typeof tracerProvider.getTracer !== "function") {
    throw new InvalidArgumentError("tracerProvider", "an OpenTelemetry tracer provider", tracerProvider);
  }
  if (meterProvider !== undefined && typeof meterProvider.getMeter !== "function") {
    throw new InvalidArgumentError("meterProvider", "an OpenTelemetry meter provider", meterProvider);
  }
  if (recordNames !== undefined && typeof recordNames !== "boolean") {
    throw new InvalidArgumentError("recordNames", "true or false", recordNames);
  }
  if (hook !== undefined && typeof hook !== "function") {
    throw new InvalidArgumentError("attributes", "a function", hook);
  }
}
