import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connect, lockKey } from "@fenceline/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { tracing } from "../dist/index.js";
import { createTelemetry, useDiagnostics } from "./support.js";

interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly links?: readonly { readonly spanId: string }[];
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string };
      readonly spans: readonly OtlpSpan[];
    }[];
  }[];
}

/** A server that takes what is posted to it, and answers with a status. */
async function startSink(status: number) {
  const posted: { readonly url: string | undefined; readonly body: OtlpTraces }[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    posted.push({ url: request.url, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    posted,
    url: `http://127.0.0.1:${port}/v1/traces`,
    [Symbol.dispose]: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe("an export over OTLP", () => {
  const { reported } = useDiagnostics();

  it("brings the spans with their links and times to a server", async () => {
    using sink = await startSink(200);
    const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: sink.url }));
    const telemetry = createTelemetry({ processors: [processor] });
    await using coordinator = await connect({ etcd: false, interceptors: [tracing(telemetry.providers)] });
    const key = lockKey("process", "p");
    const lock = await coordinator.acquire(key);
    const waiting = coordinator.withLock(key, () => {});
    await lock.release();
    await waiting;
    await telemetry.providers.tracerProvider.forceFlush();

    assert.deepEqual([...new Set(sink.posted.map(({ url }) => url))], ["/v1/traces"]);
    const scopes = sink.posted
      .flatMap(({ body }) => body.resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans);
    assert.equal(scopes[0]?.scope.name, "@fenceline/tracing");
    const spans = scopes.flatMap((scope) => scope.spans);
    const acquires = spans.filter(({ name }) => name === "acquire");
    const holds = spans.filter(({ name }) => name === "hold");
    assert.deepEqual([acquires.length, holds.length], [2, 2]);
    assert.deepEqual(
      acquires[1]?.links?.map(({ spanId }) => spanId),
      [holds[0]?.spanId],
    );
    for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
      const [start, end] = [BigInt(startTimeUnixNano), BigInt(endTimeUnixNano)];
      assert.ok(start <= end && end - start < 60_000_000_000n, `${start} ${end}`);
    }
    assert.deepEqual(reported, []);
  });

  it("that the server refuses harms no lock", async () => {
    using sink = await startSink(400);
    const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: sink.url }));
    const telemetry = createTelemetry({ processors: [processor] });
    await using coordinator = await connect({ etcd: false, interceptors: [tracing(telemetry.providers)] });
    assert.equal(await coordinator.withLock(lockKey("process", "p"), () => "done"), "done");
    await telemetry.providers.tracerProvider.forceFlush().catch(() => {});
    assert.equal(sink.posted.length, 1);
    assert.equal(await coordinator.withLock(lockKey("process", "p"), () => "done"), "done");
  });
});
