import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { connect, type Lock, lockKey } from "../dist/index.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

describe("lock context", () => {
  it("lets go of locks that were released when work plans its next run from inside a lock", async () => {
    await using coordinator = await connect({ etcd: false });
    const key = lockKey("process", "lock-context.test");
    const locks: WeakRef<Lock>[] = [];
    const kept = await new Promise<number>((resolve, reject) => {
      const run = (): void => {
        coordinator
          .withLock(key, (lock) => {
            locks.push(new WeakRef(lock));
            setTimeout(locks.length < 20 ? run : count, 0);
          })
          .catch(reject);
      };
      // In the context of the last lock still, which is what would keep the others.
      const count = (): void => {
        collectGarbage();
        resolve(locks.filter((lock) => lock.deref() !== undefined).length);
      };
      run();
    });
    assert.ok(kept <= 5, `${kept} of 20 locks are kept`);
  });
});
