import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { type Load, namesOf } from "../dist/load.js";
import { createReservoir } from "../dist/programs/reservoir.js";
import { runLoad } from "../dist/programs/run-load.js";

const load: Load = { run: "r", callers: 2, keys: "own", keysPerLock: 1, seconds: 0.05, sessions: "one" };

describe("namesOf", () => {
  it("gives each caller a lock of its own, or all the same", () => {
    assert.deepEqual(namesOf(load, 1), ["r-1"]);
    assert.deepEqual(namesOf({ ...load, keys: "shared" }, 1), ["r"]);
  });

  it("gives a request several keys", () => {
    assert.deepEqual(namesOf({ ...load, keysPerLock: 3 }, 1), ["r-1-0", "r-1-1", "r-1-2"]);
  });
});

describe("runLoad", () => {
  it("counts the locks of all callers", async () => {
    let given = 0;
    const result = await runLoad(load, () => async () => {
      await turn();
      return () => {
        given += 1;
      };
    });
    assert.ok(result.locks > 2);
    // Of each caller one may have come too late to count.
    assert.ok(given - result.locks <= 2, `${given} given back, ${result.locks} counted`);
    assert.ok(result.fewest > 0 && result.fewest + result.most === result.locks);
    assert.ok(result.elapsedMs > 48);
  });

  it("ends a load that never waits for anything", async () => {
    const result = await runLoad({ ...load, callers: 1 }, () => async () => () => {});
    assert.ok(result.elapsedMs > 48 && result.locks > 100);
  });

  it("lets callers begin one after the other with a ramp, and sends many home", async () => {
    const begins: number[] = [];
    const waiting = new Set<AbortSignal>();
    await runLoad({ ...load, callers: 100, rampSeconds: 0.1 }, () => (signal) => {
      begins.push(performance.now());
      waiting.add(signal);
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    assert.equal(begins.length, 100);
    assert.ok((begins[99] as number) - (begins[0] as number) > 50);
    assert.ok([...waiting].every(({ aborted }) => aborted));
  });

  it("sends those home that wait when the time is over", async () => {
    const result = await runLoad(
      load,
      () => (signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    assert.equal(result.locks, 0);
  });

  it("counts from the end of the ramp on", async () => {
    let grants = 0;
    const result = await runLoad({ ...load, callers: 1, rampSeconds: 0.05 }, () => async () => {
      await turn();
      grants += 1;
      return () => {};
    });
    assert.ok(result.elapsedMs < 95, `${result.elapsedMs} ms are measured`);
    assert.ok(result.locks < grants);
  });

  it("fails with a lock that fails", async () => {
    await assert.rejects(
      runLoad(load, () => async () => {
        throw new Error("no etcd");
      }),
      /no etcd/,
    );
  });
});

describe("createReservoir", () => {
  it("knows quantiles", () => {
    const reservoir = createReservoir();
    for (let value = 100; value > 0; value -= 1) reservoir.add(value);
    assert.equal(reservoir.quantile(0.5), 51);
    assert.equal(reservoir.quantile(0.99), 100);
    assert.equal(reservoir.quantile(1), 100);
  });

  it("keeps the newest", () => {
    const reservoir = createReservoir(2);
    for (const value of [1, 2, 3]) reservoir.add(value);
    assert.equal(reservoir.quantile(0), 2);
  });

  it("has no quantile of nothing", () => {
    assert.ok(Number.isNaN(createReservoir().quantile(0.5)));
  });
});
