import assert from "node:assert/strict";
import { type ConnectOptions, connect, type ErrorCode, FencelineError } from "@fenceline/core";

/** Connecting must fail with the code, and in time: by default within the timeout and a little. */
export async function assertRefused(
  options: ConnectOptions,
  code: ErrorCode,
  withinMs = 9_000,
): Promise<Error> {
  const startedAt = performance.now();
  const error = await connect(options).then(
    async (coordinator) => {
      await coordinator.close();
      assert.fail(`Expected ${code}, but connected`);
    },
    (rejection: Error) => rejection,
  );
  assert.ok(FencelineError.is(error, code), `Expected ${code}, got ${error.stack}`);
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < withinMs, `after ${tookMs} ms`);
  return error;
}
