import assert from "node:assert/strict";
import { LockLostError } from "../dist/errors.js";
import { FencingToken } from "../dist/fencing/fencing-token.js";
import { LockHandle, type LockHandleContext } from "../dist/lock-handle.js";
import { lockKey, toLockKey } from "../dist/lock-key.js";

const keys = [lockKey("global", "volume")];

/** A handle whose grant is lost when told to, at once if it was lost before. */
function createScene({ lostBefore = false } = {}) {
  const error = new LockLostError(["volume"], "its entry in the queue is gone");
  const told: string[] = [];
  let tellLost: ((error: LockLostError) => void) | undefined;
  const context: LockHandleContext = {
    effectiveKey: toLockKey,
    aroundRelease: (_lock, release) => release(),
    onLost: () => told.push("lost"),
    onReleased: () => told.push("released"),
  };
  const grant = {
    tokenOf: () => FencingToken.of(5n, 0),
    assertHeld() {},
    onLost(listener: (error: LockLostError) => void) {
      if (lostBefore) listener(error);
      tellLost = listener;
    },
    async release() {},
  };
  const handle = new LockHandle(context, keys, [{ grant, keys }], undefined);
  handle.watch();
  return { handle, told, lose: () => tellLost?.(error) };
}

describe("a lock handle", () => {
  it("has ended when it is released, or lost, or was lost before anybody asked", async () => {
    const released = createScene();
    const ended = released.handle.ended;
    await released.handle.release();
    await ended;
    const lost = createScene();
    const over = lost.handle.ended;
    lost.lose();
    await over;
    await createScene({ lostBefore: true }).handle.ended;
  });

  it("tells of its loss once, by signal, error and callback, and not after the release", async () => {
    const { handle, lose, told } = createScene();
    const { signal } = handle;
    lose();
    lose();
    assert.ok(signal.aborted);
    assert.throws(() => handle.assertHeld(), signal.reason);
    await handle.release();
    assert.deepEqual(told, ["lost", "released"]);
    const other = createScene();
    await other.handle.release();
    other.lose();
    assert.deepEqual(other.told, ["released"]);
    assert.equal(other.handle.signal.aborted, false);
  });

  it("knows the token of each of its keys, and of no other", () => {
    const { handle } = createScene();
    assert.equal(handle.tokenOf("volume"), handle.token);
    assert.throws(() => handle.tokenOf("another"), /one of the keys of this lock \(global:volume\)/);
  });

  it("runs work in its context, where it says itself where that was", async () => {
    const { handle } = createScene();
    assert.equal(await handle.run(async (lock) => lock.token), handle.token);
  });
});
