import type { Interceptor } from "@fenceline/core";
import { tracing } from "@fenceline/tracing";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

/**
 * The interceptors of a variant: `traced` records all spans and measurements with OpenTelemetry's own SDK and drops
 * them where they would be sent, `traced-off` has the tracing and no SDK, all others have none.
 */
export function openTracing(variant: string): readonly Interceptor[] {
  if (variant === "traced-off") return [tracing()];
  if (variant !== "traced") return [];
  const exporter = {
    export: (_spans: unknown, done: (result: { code: number }) => void) => done({ code: 0 }),
    shutdown: () => Promise.resolve(),
  };
  return [
    tracing({
      tracerProvider: new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
      meterProvider: new MeterProvider(),
    }),
  ];
}
