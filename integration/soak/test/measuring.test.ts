import assert from "node:assert/strict";
import { readMetric } from "../src/etcd-view.js";
import { countLiveTimers } from "../src/live-timers.js";

describe("what the soak measures with", () => {
  it("reads the sum of a metric's series with a label, and of no other metric", () => {
    const metrics = [
      "# TYPE received_total counter",
      'received_total{grpc_method="LeaseKeepAlive",grpc_type="bidi_stream"} 7',
      'received_total{grpc_method="LeaseKeepAlive",grpc_type="unary"} 2',
      'received_total{grpc_method="Txn"} 100',
      'received_total_more{grpc_method="LeaseKeepAlive"} 1000',
      "watchers 1e+03",
    ].join("\n");
    assert.equal(readMetric(metrics, "received_total", 'grpc_method="LeaseKeepAlive"'), 9);
    assert.equal(readMetric(metrics, "watchers"), 1_000);
    assert.equal(readMetric(metrics, "nothing"), 0);
  });

  describe("counting timers", () => {
    const { clearInterval, clearTimeout, setInterval, setTimeout } = globalThis;
    afterEach(() => {
      Object.assign(globalThis, { clearInterval, clearTimeout, setInterval, setTimeout });
    });

    it("counts one that keeps nothing alive until it is cleared or has fired", async () => {
      const timers = countLiveTimers();
      const unref = globalThis.setTimeout(() => {}, 60_000).unref();
      const interval = globalThis.setInterval(() => {}, 60_000);
      assert.equal(timers.count, 2);
      await new Promise((resolve) => globalThis.setTimeout(resolve, 0, "argument"));
      assert.equal(timers.count, 2);
      globalThis.clearTimeout(unref);
      globalThis.clearInterval(interval);
      globalThis.clearTimeout(undefined);
      assert.equal(timers.count, 0);
    });

    it("passes arguments on", async () => {
      countLiveTimers();
      const passed = await new Promise((resolve) => globalThis.setTimeout(resolve, 0, "argument"));
      assert.equal(passed, "argument");
    });
  });
});
