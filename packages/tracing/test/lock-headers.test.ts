import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createMemoryTokenGate, lockKey } from "@fenceline/core";
import { trace } from "@opentelemetry/api";
import { lockHeaders, readLockHeaders } from "../dist/index.js";
import { connectLocally, createTelemetry, useContextManager } from "./support.js";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe("headers of a lock", () => {
  useContextManager();

  it("take token and trace to a server, which reads them back", async () => {
    const telemetry = createTelemetry();
    await using coordinator = await connectLocally(telemetry);
    const gate = createMemoryTokenGate();
    const server = createServer(async (request, response) => {
      const { token, context } = readLockHeaders(request.headers);
      if (token !== undefined) await gate.admit("volume", token);
      response.end(JSON.stringify({ token: String(token), parent: trace.getSpanContext(context)?.spanId }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as AddressInfo;
      let token: bigint | undefined;
      const answer = await coordinator.withLock(lockKey("process", "p"), async (lock) => {
        token = lock.token;
        return (await fetch(`http://127.0.0.1:${port}`, { headers: lockHeaders(lock) })).json();
      });
      const hold = telemetry.span("hold").spanContext();
      assert.deepEqual(answer, { token: String(token), parent: hold.spanId });
    } finally {
      server.close();
    }
  });

  it("name the token of one of several keys", async () => {
    await using coordinator = await connectLocally(createTelemetry());
    const keys = [lockKey("process", "a"), lockKey("process", "b")] as const;
    await using lock = await coordinator.acquire(keys);
    assert.equal(lockHeaders(lock, keys[1])["fenceline-token"], String(lock.tokenOf(keys[1])));
    assert.notEqual(lock.token, lock.tokenOf(keys[1]));
    assert.throws(() => lockHeaders(lock, "c"), { code: "invalid_argument" });
  });

  it("have no traceparent where no span is active", async () => {
    await using coordinator = await connectLocally(createTelemetry());
    await using lock = await coordinator.acquire(lockKey("process", "p"));
    assert.deepEqual(Object.keys(lockHeaders(lock)), ["fenceline-token"]);
  });

  it("are read from both kinds of headers", () => {
    const headers = { "fenceline-token": "42", traceparent };
    for (const given of [headers, new Headers(headers)]) {
      const { token, context } = readLockHeaders(given);
      assert.equal(token, 42n);
      assert.deepEqual(trace.getSpanContext(context), {
        traceId: "0af7651916cd43dd8448eb211c80319c",
        spanId: "b7ad6b7169203331",
        traceFlags: 1,
        isRemote: true,
      });
    }
  });

  it("say nothing when they are missing", () => {
    const { token, context } = readLockHeaders({});
    assert.equal(token, undefined);
    assert.equal(trace.getSpanContext(context), undefined);
  });

  for (const bad of ["", "-1", "0x2a", "1, 2", "07", "9".repeat(30), ["1", "2"]]) {
    it(`are refused with ${JSON.stringify(bad)} for a token`, () => {
      assert.throws(() => readLockHeaders({ "fenceline-token": bad }), { code: "invalid_argument" });
    });
  }

  for (const bad of [
    traceparent.toUpperCase(),
    `${traceparent}-00`,
    traceparent.replace(/^00/, "ff"),
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    `${traceparent}\n`,
    "x".repeat(100_000),
  ]) {
    it(`are read without a trace for the traceparent ${JSON.stringify(bad.slice(0, 60))}`, () => {
      const { context } = readLockHeaders({ traceparent: bad });
      assert.equal(trace.getSpanContext(context), undefined);
    });
  }
});
