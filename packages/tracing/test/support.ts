import { type ConnectOptions, type Coordinator, connect } from "@fenceline/core";
import { context, type DiagLogger, diag, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { createIdGenerator, type TracingOptions, tracing } from "../dist/index.js";

/** The SDK's parts in memory, with what they were told. */
export interface Telemetry {
  /** Options of `tracing`. */
  readonly providers: { readonly tracerProvider: BasicTracerProvider; readonly meterProvider: MeterProvider };
  /** Ended spans, in the order of their ends. */
  spans(): ReadableSpan[];
  span(name: string): ReadableSpan;
  /** The values of a metric by their attributes. */
  metric(name: string): Promise<{ readonly attributes: object; readonly value: unknown }[]>;
}

export function createTelemetry(
  options: { readonly plannedIds?: boolean; readonly processors?: readonly SpanProcessor[] } = {},
): Telemetry {
  const { plannedIds = true, processors = [] } = options;
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [...processors, new SimpleSpanProcessor(exporter)],
    ...(plannedIds ? { idGenerator: createIdGenerator() } : {}),
  });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 3_600_000,
  });
  const meterProvider = new MeterProvider({ readers: [reader] });
  return {
    providers: { tracerProvider, meterProvider },
    spans: () => exporter.getFinishedSpans(),
    span(name) {
      const found = exporter.getFinishedSpans().filter((span) => span.name === name);
      if (found.length !== 1) throw new Error(`${found.length} spans "${name}"`);
      return found[0] as ReadableSpan;
    },
    async metric(name) {
      metricExporter.reset();
      await meterProvider.forceFlush();
      const all = metricExporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
      const points = all.flatMap(({ metrics }) => metrics).find(({ descriptor }) => descriptor.name === name);
      return (points?.dataPoints ?? []).map(({ attributes, value }) => ({ attributes, value }));
    },
  };
}

/** Makes contexts follow asynchronous code for the tests of a suite, as the SDK does in a service. */
export function useContextManager(): void {
  before(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  after(() => context.disable());
}

/** What was reported to OpenTelemetry's own log in a suite's test. */
export function useDiagnostics(): { readonly reported: unknown[] } {
  const reported: unknown[] = [];
  const ignore = (): void => {};
  const logger: DiagLogger = {
    error: (message, ...more) => {
      reported.push([message, ...more]);
    },
    warn: ignore,
    info: ignore,
    debug: ignore,
    verbose: ignore,
  };
  beforeEach(() => {
    reported.length = 0;
    diag.setLogger(logger, { suppressOverrideMessage: true });
  });
  after(() => diag.disable());
  return { reported };
}

/** A coordinator without etcd that is traced into `telemetry`. */
export async function connectLocally(
  telemetry: Telemetry,
  options: TracingOptions = {},
  connectOptions: ConnectOptions = {},
): Promise<Coordinator & { readonly traced: Disposable }> {
  const traced = tracing({ ...telemetry.providers, ...options });
  const coordinator = await connect({
    etcd: false,
    node: "node-a",
    ...connectOptions,
    interceptors: [...(connectOptions.interceptors ?? []), traced],
  });
  return Object.assign(coordinator, { traced });
}

/** A caller's own span, and what runs in it. */
export async function inSpan<T>(telemetry: Telemetry, name: string, work: () => Promise<T>): Promise<T> {
  const span = telemetry.providers.tracerProvider.getTracer("caller").startSpan(name);
  try {
    return await context.with(trace.setSpan(context.active(), span), work);
  } finally {
    span.end();
  }
}
