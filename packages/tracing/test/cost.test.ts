import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import { connect, type Interceptor, type Lock, lockKey, type Operation } from "@fenceline/core";
import { tracing } from "../dist/index.js";

const key = { ...lockKey("process", "p"), template: "device-{id}" };
const ROUNDS = 100;
const CALLS = 500;

/** The shortest of many rounds, for one call in microseconds: what a busy machine adds is left out. */
function shortest(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    for (let call = 0; call < CALLS; call += 1) work();
    best = Math.min(best, performance.now() - start);
  }
  return (best * 1_000) / CALLS;
}

describe("tracing without an SDK", () => {
  it("costs a lock less than 2 µs, from its request to its release", async () => {
    using traced = tracing();
    const operations: Operation[] = [];
    const record: Interceptor = (operation, next) => {
      operations.push(operation);
      return next();
    };
    await using coordinator = await connect({ etcd: false, interceptors: [record] });
    await coordinator.withLock(key, () => {});
    const done = Promise.resolve();
    const next = (): Promise<void> => done;
    const [acquire, hold, release] = operations as [Operation, Operation, Operation];
    assert.deepEqual([acquire.kind, hold.kind, release.kind], ["acquire", "hold", "release"]);
    const { lock } = release as { lock: Lock };
    const [holdStart, holdEnd] = [channel("fenceline:hold:start"), channel("fenceline:hold:end")];
    const cost = shortest(() => {
      traced(acquire, next);
      holdStart.publish({ lock, operation: acquire });
      traced(hold, next);
      traced(release, next);
      holdEnd.publish({ lock, waiters: 0, handedOver: false });
    });
    assert.ok(cost < 2, `${cost} µs`);
  });

  it("hands the promises of the coordinator through as they are", async () => {
    using traced = tracing();
    await using coordinator = await connect({ etcd: false, interceptors: [traced] });
    const lock = await coordinator.acquire(key);
    const done = Promise.resolve(lock);
    assert.equal(
      traced({ kind: "release", lock }, () => done),
      done,
    );
    assert.equal(
      traced({ kind: "hold", lock }, () => done),
      done,
    );
    await lock.release();
  });
});
