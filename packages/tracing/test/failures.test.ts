import assert from "node:assert/strict";
import { connect, InvalidArgumentError, lockKey } from "@fenceline/core";
import { context, type MeterProvider, type TracerProvider } from "@opentelemetry/api";
import type { SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { tracing } from "../dist/index.js";
import { createSimulation } from "./simulation.js";
import { connectLocally, createTelemetry, useDiagnostics } from "./support.js";

const fail = (): never => {
  throw new Error("broken");
};
const brokenProcessor = (at: "onStart" | "onEnd"): SpanProcessor => ({
  onStart: at === "onStart" ? fail : () => {},
  onEnd: at === "onEnd" ? fail : () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
});
const key = lockKey("process", "p");

describe("tracing that fails", () => {
  const { reported } = useDiagnostics();

  for (const at of ["onStart", "onEnd"] as const) {
    it(`harms no lock when an exporter throws ${at === "onStart" ? "at a span's start" : "at a span's end"}`, async () => {
      const { node, run, clock, queueEntries } = createSimulation();
      const telemetry = createTelemetry({ processors: [brokenProcessor(at)] });
      const a = await node("a", { interceptors: [tracing(telemetry.providers)] });
      assert.equal(await run(a.coordinator.withLock("volume", () => "done")), "done");
      const lock = await run(a.coordinator.acquire("volume"));
      const waiting = a.coordinator.acquire("volume");
      await clock.advance(10);
      assert.equal(await run(a.coordinator.tryAcquire("volume")), undefined);
      await run(lock.release());
      await run((await run(waiting)).release());
      await clock.advance(100);
      assert.deepEqual(queueEntries(), []);
      assert.notEqual(reported.length, 0);
    });
  }

  it("harms no lock when the attributes hook throws, and leaves the spans", async () => {
    const telemetry = createTelemetry();
    await using coordinator = await connectLocally(telemetry, { attributes: fail });
    assert.equal(await coordinator.withLock(key, () => "done"), "done");
    assert.deepEqual(
      telemetry.spans().map(({ name }) => name),
      ["acquire", "hold"],
    );
    assert.notEqual(reported.length, 0);
  });

  it("harms no lock when all instruments throw", async () => {
    const instrument = { add: fail, record: fail };
    const meter = new Proxy({}, { get: () => () => instrument });
    const meterProvider = { getMeter: () => meter } as unknown as MeterProvider;
    const traced = tracing({ meterProvider });
    await using coordinator = await connect({ etcd: false, interceptors: [traced] });
    assert.equal(await coordinator.withLock(key, () => "done"), "done");
    assert.notEqual(reported.length, 0);
  });

  it("runs the callback exactly once when the context manager throws", async () => {
    let active = () => fail();
    const manager = {
      active: () => active(),
      with: fail,
      bind: <T>(_context: unknown, target: T): T => target,
      enable: () => manager,
      disable: () => manager,
    };
    context.setGlobalContextManager(manager as never);
    try {
      let calls = 0;
      await using coordinator = await connectLocally(createTelemetry());
      const count = (): number => {
        calls += 1;
        return calls;
      };
      assert.equal(await coordinator.withLock(key, count), 1);
      active = () => ({}) as never;
      assert.equal(await coordinator.withLock(key, count), 2);
    } finally {
      context.disable();
    }
  });

  it("passes on what the work throws, and what its spans have recorded stays whole", async () => {
    const telemetry = createTelemetry();
    await using coordinator = await connectLocally(telemetry);
    await assert.rejects(
      coordinator.withLock(key, () => fail()),
      /^Error: broken$/,
    );
    assert.equal(telemetry.span("hold").attributes["fenceline.outcome"], "released");
  });

  const providers = { getTracer: "no function" } as unknown as TracerProvider & MeterProvider;
  for (const [name, value] of Object.entries({
    tracerProvider: providers,
    meterProvider: providers,
    recordNames: "no",
    attributes: {},
    tracer: {},
  })) {
    it(`is refused at once for an option \`${name}\` that cannot work`, () => {
      assert.throws(() => tracing({ [name]: value }), InvalidArgumentError);
    });
  }
});
