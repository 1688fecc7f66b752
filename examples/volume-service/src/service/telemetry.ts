import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createIdGenerator, type Tracing, tracing } from "@fenceline/tracing";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { SpanFile } from "../timeline/span-file.js";

export interface Telemetry {
  readonly interceptor: Tracing;
  /** Where metrics are served: `127.0.0.1:40123`. */
  readonly metrics: string;
}

/** Has each request and each holding of this node written to a file, and measured for Prometheus. */
export async function startTelemetry(spans: string): Promise<Telemetry> {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  // The exporter's own server cannot say which port it was given.
  const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const interceptor = tracing({
    meterProvider: new MeterProvider({ readers: [exporter] }),
    // Whoever waits is told the id of the holding that it waits for.
    tracerProvider: new BasicTracerProvider({
      idGenerator: createIdGenerator(),
      spanProcessors: [new SpanFile(spans)],
    }),
  });
  return { interceptor, metrics: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}
