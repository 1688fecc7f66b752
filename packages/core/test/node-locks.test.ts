import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../dist/connect.js";
import { FencelineError, type LockLostError } from "../dist/errors.js";
import { type LockKey, lockKey } from "../dist/lock-key.js";
import { createNodeLocks, type NodeLocksOptions } from "../dist/scopes/node-locks.js";
import { loadOfdLocks, type OfdLocks } from "../dist/scopes/ofd-locks.js";
import type { Grant, ScopeLocks } from "../dist/scopes/scope-locks.js";
import { Stop } from "../dist/stop-signal.js";
import {
  lockElsewhere,
  openFilesBelow,
  skipUnlessLinux,
  type TemporaryDirectory,
  temporaryDirectory,
} from "./support/lock-directory.js";
import { createManualClock } from "./support/manual-clock.js";

const a = lockKey("node", "a");
const b = lockKey("node", "b");
const endless = new Stop();

describe("createNodeLocks", () => {
  before(skipUnlessLinux);

  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => {
    const open = openFilesBelow(directory.path);
    directory[Symbol.dispose]();
    assert.deepEqual(open, [], "files are left open");
  });

  const clock = createManualClock();
  const create = (options: Partial<NodeLocksOptions> = {}): ScopeLocks =>
    createNodeLocks({ clock, directory: directory.path, ...options });
  const pathOf = (key: LockKey): string => join(directory.path, `${key.name}.lock`);
  const acquire = (locks: ScopeLocks, keys: readonly LockKey[], signal = endless): Promise<Grant> =>
    locks.acquire(keys, { signal });
  const tryAcquire = (locks: ScopeLocks, ...keys: LockKey[]): Promise<Grant | undefined> =>
    locks.tryAcquire(keys, { signal: endless });

  /** Asserts that a lock is free, for this process and for others. */
  const assertFree = async (...keys: LockKey[]): Promise<void> => {
    for (const key of keys) {
      const grant = await tryAcquire(create(), key);
      assert(grant, `${key.name} is not free`);
      await grant.release();
    }
  };

  it("refuses a directory that depends on where a process was started", () => {
    for (const path of ["locks", "", "./locks", "/locks\0"]) {
      assert.throws(
        () => create({ directory: path }),
        (error) => FencelineError.is(error, "invalid_argument") && error.message.includes("`lockDirectory`"),
      );
    }
  });

  it("locks the file of the key against other openings of it", async () => {
    const grant = await acquire(create(), [a]);
    assert.throws(() => lockElsewhere(pathOf(a)), /is locked already/);
    await grant.release();
    lockElsewhere(pathOf(a))[Symbol.dispose]();
  });

  it("serves the callers of a process in their order, over all coordinators", async () => {
    const order: number[] = [];
    const first = await acquire(create(), [a]);
    const others = [1, 2, 3, 4].map(async (turn) => {
      const grant = await acquire(create(), [a]);
      order.push(turn);
      await grant.release();
    });
    await first.release();
    await Promise.all(others);
    assert.deepEqual(order, [1, 2, 3, 4]);
  });

  it("gives tryAcquire nothing while somebody holds one of its keys, and keeps nothing of it", async () => {
    const locks = create();
    const held = await acquire(locks, [b]);
    assert.equal(await tryAcquire(locks, a, b), undefined);
    await held.release();
    {
      using _elsewhere = lockElsewhere(pathOf(b));
      assert.equal(await tryAcquire(locks, a, b), undefined);
      await assertFree(a);
    }
    await assertFree(a, b);
  });

  it("gives back once, however often it is released", async () => {
    const locks = create();
    const first = await acquire(locks, [a]);
    await first.release();
    const second = await acquire(locks, [a]);
    await first.release();
    assert.equal(await tryAcquire(locks, a), undefined);
    await second.release();
  });

  describe("while another process has the lock", () => {
    it("waits until it gives it back, and tells for what", async () => {
      const blockedBy: string[] = [];
      const elsewhere = lockElsewhere(pathOf(a));
      const waiting = create().acquire([a], { signal: endless, onBlocked: (by) => blockedBy.push(by.text) });
      assert.equal(await granted(waiting), false);
      elsewhere[Symbol.dispose]();
      await (await waiting).release();
      assert.deepEqual(blockedBy, [`lock file "${pathOf(a)}" is locked elsewhere on this host`]);
    });

    it("rejects at once when it is ended while it is told for what it waits", async () => {
      const { waits, ...counted } = countWaits();
      const elsewhere = lockElsewhere(pathOf(a));
      const signal = new Stop();
      const onBlocked = (): void => signal.abort(new Error("enough"));
      await assert.rejects(create(counted).acquire([a], { signal, onBlocked }), /enough/);
      elsewhere[Symbol.dispose]();
      await waits[0];
      await assertFree(a);
    });

    it("rejects at once on abort, and gives the late grant back", async () => {
      const { waits, ...counted } = countWaits();
      const elsewhere = lockElsewhere(pathOf(a));
      const abort = new Stop();
      const waiting = acquire(create(counted), [a], abort);
      await granted(waiting);
      abort.abort(new Error("enough"));
      await assert.rejects(waiting, /^Error: enough$/);
      assert.equal(waits.length, 1);
      elsewhere[Symbol.dispose]();
      await waits[0];
      await assertFree(a);
    });

    it("starts no wait for a caller that has gone before", async () => {
      const { waits, ...counted } = countWaits();
      using _elsewhere = lockElsewhere(pathOf(a));
      const gone = new Stop();
      gone.abort(new Error("gone"));
      await assert.rejects(acquire(create(counted), [a], gone), /gone/);
      assert.equal(waits.length, 0);
    });

    it("hands a deserted wait to the callers that come after, in their order", async () => {
      const { waits, ...counted } = countWaits();
      const locks = create(counted);
      const elsewhere = lockElsewhere(pathOf(a));
      const abort = new Stop();
      const order: number[] = [];
      const deserted = acquire(locks, [a], abort);
      const others = [1, 2, 3].map(async (turn) => {
        const grant = await acquire(locks, [a]);
        order.push(turn);
        await grant.release();
      });
      await granted(deserted);
      abort.abort(new Error("enough"));
      await assert.rejects(deserted, /enough/);
      assert.equal(await tryAcquire(locks, a), undefined);
      elsewhere[Symbol.dispose]();
      await Promise.all(others);
      assert.deepEqual(order, [1, 2, 3]);
      assert.equal(waits.length, 1);
    });

    it("has one wait in the kernel, however many callers come and go", async () => {
      const { waits, ...counted } = countWaits();
      const locks = create(counted);
      const elsewhere = lockElsewhere(pathOf(a));
      for (let turn = 0; turn < 20; turn++) {
        const abort = new Stop();
        const waiting = acquire(locks, [a], abort);
        await granted(waiting);
        abort.abort(new Error("enough"));
        await assert.rejects(waiting, /enough/);
      }
      assert.equal(waits.length, 1);
      assert.equal(openFilesBelow(directory.path).length, 2); // that of the wait and that of the holder
      elsewhere[Symbol.dispose]();
      await waits[0];
    });

    it("takes several keys in the order of their files, and gives back what it has on abort", async () => {
      const { waits, ...counted } = countWaits();
      const locks = create(counted);
      const elsewhere = lockElsewhere(pathOf(b));
      const abort = new Stop();
      const waiting = acquire(locks, [b, a], abort);
      await granted(waiting);
      assert.throws(() => lockElsewhere(pathOf(a)), /is locked already/);
      abort.abort(new Error("enough"));
      await assert.rejects(waiting, /enough/);
      await assertFree(a);
      elsewhere[Symbol.dispose]();
      await Promise.all(waits);
      await assertFree(b);
    });

    it("loses no lock when grant and abort come together", async () => {
      for (let stepsBetween = -1; stepsBetween < 8; stepsBetween++) {
        let grantNow: (() => void) | undefined;
        const ofd: OfdLocks = {
          ...loadOfdLocks(),
          tryLock: (fd) => grantNow !== undefined && loadOfdLocks().tryLock(fd),
          waitForLock: () =>
            new Promise((resolve) => {
              grantNow = resolve;
            }),
        };
        const abort = new Stop();
        const waiting = acquire(create({ loadOfdLocks: () => ofd }), [a], abort);
        await granted(waiting);
        if (stepsBetween < 0) abort.abort(new Error("enough"));
        grantNow?.();
        for (let step = 0; step < stepsBetween; step++) await Promise.resolve();
        abort.abort(new Error("enough"));
        await waiting.then(
          (grant) => grant.release(),
          (error) => assert.equal(error, abort.reason),
        );
        assert.deepEqual(openFilesBelow(directory.path), []);
      }
    });

    it("rejects with the reason why the kernel could not wait", async () => {
      const cause = Object.assign(new Error("ENOLCK: no locks available"), { code: "ENOLCK" });
      const ofd: OfdLocks = { ...loadOfdLocks(), waitForLock: () => Promise.reject(cause) };
      using _elsewhere = lockElsewhere(pathOf(a));
      await assert.rejects(
        acquire(create({ loadOfdLocks: () => ofd }), [a]),
        (error) => FencelineError.is(error, "lock_file") && error.cause === cause,
      );
    });
  });

  describe("when a lock file is removed", () => {
    it("does not grant the removed file, on which another is locked by now", async () => {
      const { waits, ...counted } = countWaits();
      const elsewhere = lockElsewhere(pathOf(a));
      const waiting = acquire(create(counted), [a]);
      await granted(waiting);
      rmSync(pathOf(a));
      const successor = lockElsewhere(pathOf(a));
      elsewhere[Symbol.dispose]();
      await waits[0];
      assert.equal(await granted(waiting), false);
      assert.equal(waits.length, 2);
      successor[Symbol.dispose]();
      const grant = await waiting;
      assert.throws(() => lockElsewhere(pathOf(a)), /is locked already/);
      await grant.release();
    });

    it("does not grant a file that was removed between opening and locking it", async () => {
      const ofd = loadOfdLocks();
      let removals = 0;
      const tryLock = (fd: number): boolean => {
        if (removals++ < 2) rmSync(pathOf(a));
        return ofd.tryLock(fd);
      };
      const grant = await acquire(create({ loadOfdLocks: () => ({ ...ofd, tryLock }) }), [a]);
      assert.equal(removals, 3);
      assert.throws(() => lockElsewhere(pathOf(a)), /is locked already/);
      await grant.release();
    });

    it("makes the directory again as well", async () => {
      const locks = create({ directory: join(directory.path, "locks") });
      await (await acquire(locks, [a])).release();
      rmSync(join(directory.path, "locks"), { recursive: true });
      await (await acquire(locks, [a])).release();
    });

    it("tells the holder, before its next step and within a second", async () => {
      const grant = await acquire(create(), [a, b]);
      const told: LockLostError[] = [];
      grant.onLost((error) => told.push(error));
      clock.advance(1000);
      grant.assertHeld();
      assert.equal(told.length, 0);

      rmSync(pathOf(b));
      clock.advance(1000);
      assert.equal(told.length, 1);
      assert.deepEqual(told[0]?.keys, ["b"]);
      assert.throws(
        () => grant.assertHeld(),
        (error) => error === told[0] && FencelineError.is(error, "lock_lost"),
      );
      clock.advance(5000);
      assert.equal(told.length, 1);
      assert.equal(clock.openTimers, 0);
      await grant.release();
      await assertFree(a, b);
    });

    it("has no timer left after the release", async () => {
      const grant = await acquire(create(), [a]);
      grant.onLost(() => assert.fail("told after the release"));
      await grant.release();
      assert.equal(clock.openTimers, 0);
      rmSync(pathOf(a));
      clock.advance(5000);
    });

    it("goes on with greater tokens", async () => {
      const first = await acquire(create(), [a]);
      rmSync(pathOf(a));
      await first.release();
      clock.advance(1);
      const second = await acquire(create(), [a]);
      assert(second.tokenOf(a) > first.tokenOf(a));
      await second.release();
    });
  });

  it("gives each grant of a key a greater token, also when the clock goes back", async () => {
    let wallNowMs = 1_700_000_000_000;
    const locks = create({ clock: { ...clock, wallNow: () => wallNowMs } });
    let last = 0n;
    for (const stepMs of [0, 0, 1, -1000, 5, 0]) {
      wallNowMs += stepMs;
      const grant = await acquire(locks, [b, a]);
      assert(grant.tokenOf(a) > last);
      last = grant.tokenOf(a);
      assert.equal(readFileSync(pathOf(a), "utf8"), `${String(last).padStart(19, "0")}\n`);
      await grant.release();
    }
  });

  it("gives everything back when a file is not safe to use", async () => {
    mkdirSync(pathOf(b));
    const isRefused = (error: unknown): boolean => FencelineError.is(error, "lock_file");
    await assert.rejects(acquire(create(), [a, b]), isRefused);
    await assert.rejects(tryAcquire(create(), a, b), isRefused);
    await assertFree(a);
  });

  it("names the directory that is not safe to use", async () => {
    symlinkSync(directory.path, join(directory.path, "link"));
    const locks = create({ directory: join(directory.path, "link") });
    const isRefused = (error: unknown): boolean => FencelineError.is(error, "lock_directory");
    await assert.rejects(acquire(locks, [a]), isRefused);
    await assert.rejects(tryAcquire(locks, a), isRefused);
  });

  it("rejects where there are no such locks, before it touches anything", async () => {
    const path = join(directory.path, "locks");
    const locks = create({ directory: path, loadOfdLocks: () => loadOfdLocks({ platform: "darwin" }) });
    await assert.rejects(acquire(locks, [a]), (error) => FencelineError.is(error, "node_scope_unavailable"));
    await assert.rejects(tryAcquire(locks, a), (error) => FencelineError.is(error, "node_scope_unavailable"));
    assert.equal(existsSync(path), false);
  });

  describe("of a coordinator", () => {
    const connectHere = () => connect({ etcd: false, lockDirectory: directory.path });

    it("are taken together with locks of process scope", async () => {
      await using coordinator = await connectHere();
      const keys = [a, lockKey("process", "a"), b];
      await coordinator.withLock(keys, async (lock) => {
        assert(keys.every((key) => lock.tokenOf(key) > 0n));
        assert.throws(() => lockElsewhere(pathOf(a)), /is locked already/);
      });
      await assertFree(a, b);
    });

    it("are named, with their file, when the time is up", async () => {
      const elsewhere = lockElsewhere(pathOf(a));
      await using coordinator = await connectHere();
      await assert.rejects(
        coordinator.acquire(a, { timeoutMs: 1 }),
        (error) => FencelineError.is(error, "lock_timeout") && error.message.includes(pathOf(a)),
      );
      elsewhere[Symbol.dispose]();
      await (await coordinator.acquire(a)).release();
    });

    it("are not waited for any more when it is closed", async () => {
      const elsewhere = lockElsewhere(pathOf(a));
      const coordinator = await connectHere();
      const waiting = coordinator.acquire(a);
      await granted(waiting);
      await coordinator.close();
      await assert.rejects(waiting, (error) => FencelineError.is(error, "coordinator_closed"));
      elsewhere[Symbol.dispose]();
      await (await acquire(create(), [a])).release();
    });

    it("are lost with their file", async () => {
      await using coordinator = await connectHere();
      await using lock = await coordinator.acquire(a);
      rmSync(pathOf(a));
      assert.throws(
        () => lock.assertHeld(),
        (error) => FencelineError.is(error, "lock_lost"),
      );
      assert.equal(lock.signal.aborted, true);
    });
  });
});

/** Whether a promise is fulfilled once everything has run that can run now. */
async function granted(waiting: Promise<unknown>): Promise<boolean> {
  let is = false;
  waiting.then(
    () => {
      is = true;
    },
    () => {},
  );
  await new Promise((resolve) => setImmediate(resolve));
  return is;
}

/** The kernel's locks, with the waits in the kernel as they are begun. */
function countWaits(): { readonly waits: Promise<void>[]; readonly loadOfdLocks: () => OfdLocks } {
  const ofd = loadOfdLocks();
  const waits: Promise<void>[] = [];
  const waitForLock = (fd: number): Promise<void> => {
    const wait = ofd.waitForLock(fd);
    waits.push(wait);
    return wait;
  };
  return { waits, loadOfdLocks: () => ({ ...ofd, waitForLock }) };
}
