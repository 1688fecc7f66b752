import assert from "node:assert/strict";
import { FencingToken, type Lock, LockLostError } from "@fenceline/core";
import { serveArray } from "../dist/arrays/array-server.js";
import { StorageArray } from "../dist/arrays/storage-array.js";
import { openArray } from "../dist/service/array-connection.js";

describe("openArray", () => {
  const loss = new LockLostError(["array"], "for the test");

  /** As much of a lock as a connection looks at. */
  function lockWith(token: bigint, loss?: LockLostError): Lock {
    const controller = new AbortController();
    if (loss !== undefined) controller.abort(loss);
    return {
      token: FencingToken.from(token),
      signal: controller.signal,
      assertHeld: () => controller.signal.throwIfAborted(),
    } as unknown as Lock;
  }

  async function withArray(
    test: (array: StorageArray, write: (lock: Lock | undefined) => Promise<unknown>) => Promise<void>,
  ): Promise<void> {
    const array = new StorageArray("array", "array");
    const { address, close } = await serveArray(array, { stepMs: () => 1 });
    try {
      await test(array, async (lock) => {
        using connection = openArray({ array: "array", address, user: "a", lock });
        await connection.write("POST", "/hosts", { name: "compute" });
      });
    } finally {
      close();
    }
  }

  it("sends the token of its lock, which the array compares", () =>
    withArray(async (array, write) => {
      await write(lockWith(2n));
      await assert.rejects(write(lockWith(1n)), { status: 409 });
      assert.equal(array.fence.refused.length, 1);
    }));

  it("sends nothing under a lock that is lost", () =>
    withArray(async (array, write) => {
      await assert.rejects(write(lockWith(1n, loss)), loss);
      assert.deepEqual(array.findHosts({ user: "test" }, "compute"), []);
    }));

  it("sends no token without a lock", () =>
    withArray(async (array, write) => {
      await write(lockWith(2n));
      await write(undefined);
      assert.deepEqual(array.fence.refused, []);
    }));
});
