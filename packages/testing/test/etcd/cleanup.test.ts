import assert from "node:assert/strict";
import { createCleanup, settleAll } from "../../dist/etcd/cleanup.js";

describe("Cleanup", () => {
  const resource = (log: string[], name: string) => ({
    [Symbol.asyncDispose]: async () => void log.push(name),
  });
  const broken: AsyncDisposable = {
    async [Symbol.asyncDispose]() {
      throw new Error("stuck");
    },
  };

  it("disposes of everything once, the last one first", async () => {
    const log: string[] = [];
    const cleanup = createCleanup();
    cleanup.use(resource(log, "first"));
    cleanup.use(resource(log, "second"));
    await cleanup[Symbol.asyncDispose]();
    await cleanup[Symbol.asyncDispose]();
    assert.deepEqual(log, ["second", "first"]);
  });

  it("goes on after an error and reports it", async () => {
    const log: string[] = [];
    const cleanup = createCleanup();
    cleanup.use(resource(log, "first"));
    cleanup.use(broken);
    await assert.rejects(async () => cleanup[Symbol.asyncDispose](), AggregateError);
    assert.deepEqual(log, ["first"]);
  });
});

describe("settleAll", () => {
  it("rejects only when all have settled", async () => {
    let finish = (): void => {};
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let isSettled = false;
    const all = settleAll([Promise.reject(new Error("early")), slow]);
    const settled = all.finally(() => {
      isSettled = true;
    });
    settled.catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isSettled, false);
    finish();
    await assert.rejects(all, /early/);
  });
});
