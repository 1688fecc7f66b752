import assert from "node:assert/strict";
import { FencelineError, FencingToken, lockKey } from "@fenceline/core";
import fc from "fast-check";
import { codeOf, createSimulation, rejectionOf, type Simulation, TTL_MS } from "./simulation.js";
import { createToozClient } from "./tooz-client.js";

const KEY = "/tooz/lockscinder-volume";
const OWNER = "fenceline/owners/volume";

const takesKey = (request: { readonly success: readonly { type: string; key?: unknown }[] }): boolean =>
  request.success.some((op) => op.type === "put" && op.key === KEY);

/** A simulation with what stands in etcd for locks, of whatever wire format. */
function createWireSimulation() {
  const simulation = createSimulation();
  const { etcd, node } = simulation;
  return {
    ...simulation,
    tooz: createToozClient(simulation),
    cinder: (name: string) => node(name, { wire: "cinder" }),
    both: (name: string) => node(name, { wire: ["cinder", "etcd"] }),
    leftovers: () => ["/tooz/", "fenceline/owners/", "fenceline/locks/"].flatMap((p) => etcd.store.keys(p)),
  };
}

describe("Cinder's wire format", () => {
  it("writes Cinder's key with 16 bytes, the owner beside it, both on the session's lease, and removes both", async () => {
    const { cinder, etcd, run, leftovers } = createWireSimulation();
    const a = await cinder("a");
    const first = await run(a.coordinator.acquire("volume", { operation: "delete_volume" }));
    const [lease] = etcd.leaseIds;
    const kv = etcd.store.get(KEY);
    assert.equal(etcd.leaseIds.length, 1);
    assert.equal(kv?.value.length, 16);
    assert.equal(kv?.lease, lease);
    const owner = etcd.store.get(OWNER);
    assert.equal(owner?.lease, lease);
    assert.match(String(owner?.value), /"node":"a".*"operation":"delete_volume"/);
    assert.equal(FencingToken.revision(first.token), kv?.createRevision);
    await run(first.release());
    assert.deepEqual(leftovers(), []);

    await run(a.coordinator.acquire("volume"));
    assert.notDeepEqual(etcd.store.get(KEY)?.value, kv?.value, "fresh for each acquisition");
    assert.equal(etcd.leaseIds.length, 1, "no lease is left behind");
  });

  it("takes a free lock in one call and gives it back in one", async () => {
    const { cinder, run } = createWireSimulation();
    const a = await cinder("a");
    const before = a.connection.attempts;
    const lock = await run(a.coordinator.acquire(["x", "y"]));
    assert.equal(a.connection.attempts, before + 1);
    await run(lock.release());
    assert.equal(a.connection.attempts, before + 2);
  });

  it("excludes a Python node, and is excluded by it", async () => {
    const { cinder, run, tooz } = createWireSimulation();
    const a = await cinder("a");
    const ours = await run(a.coordinator.acquire("volume"));
    assert.equal(await run(tooz.tryAcquire("volume")), undefined);
    await run(ours.release());
    const theirs = await run(tooz.tryAcquire("volume"));
    assert.ok(theirs);
    assert.equal(await run(a.coordinator.tryAcquire("volume")), undefined);
    assert.equal(await run(theirs.release()), true);
    assert.ok(await run(a.coordinator.tryAcquire("volume")));
  });

  it("keeps Python nodes and three of ours apart, and lets all of them through", async () => {
    const simulation = createWireSimulation();
    const { cinder, both, run } = simulation;
    const nodes = [await cinder("a"), await cinder("b"), await both("c")];
    let holders = 0;
    let sections = 0;
    const section = async (): Promise<void> => {
      holders += 1;
      assert.equal(holders, 1);
      await pause(simulation, 20);
      holders -= 1;
      sections += 1;
    };
    const ours = nodes.map(async ({ coordinator }) => {
      for (let round = 0; round < 10; round += 1) {
        await coordinator.withLock("volume", section);
        await pause(simulation, 150);
      }
    });
    const theirs = [1, 2].map(async () => {
      const client = createToozClient(simulation);
      for (let round = 0; round < 5; round += 1) {
        const lock = await client.acquire("volume");
        await section();
        assert.equal(await lock.release(), true);
      }
    });
    await run(Promise.all([...ours, ...theirs]), 600_000);
    assert.equal(sections, 40);
  });

  it("waits by watch: three calls for a wait, however long, and the grant follows the release at once", async () => {
    const { cinder, clock, run, tooz } = createWireSimulation();
    const a = await cinder("a");
    const theirs = await run(tooz.acquire("volume"));
    const before = a.connection.attempts;
    const waiting = a.coordinator.acquire("volume");
    await clock.advance(1_000);
    // The first try, two watches, one look after they were set.
    assert.equal(a.connection.attempts, before + 4);
    await run(theirs.release());
    await run(waiting, 20);
    assert.equal(a.connection.attempts, before + 5);
  });

  it("is granted the lock within a TTL when the event of the release is lost", async () => {
    const { cinder, clock, run, tooz } = createWireSimulation();
    const a = await cinder("a");
    const theirs = await run(tooz.acquire("volume"));
    const waiting = a.coordinator.acquire("volume");
    await clock.advance(100);
    a.connection.loseEvents = true;
    await run(theirs.release());
    await run(waiting, TTL_MS + 500);
  });

  it("tells a Python node in the way from one of ours, also after an owner record that was left", async () => {
    const { cinder, etcd, run, tooz } = createWireSimulation();
    const a = await cinder("a");
    const b = await cinder("b");
    const timeout = async (): Promise<string> =>
      String(await run(rejectionOf(b.coordinator.acquire("volume", { timeoutMs: 500 }))));
    await run(a.coordinator.acquire("volume", { operation: "attach" }));
    assert.match(await timeout(), /not granted within 500 ms: a \(pid \d+, attach, since 2026-/);

    etcd.deleteKey(KEY);
    const theirs = await run(tooz.acquire("volume"));
    assert.ok(etcd.store.get(OWNER), "the record of the lock that was broken is still there");
    assert.match(await timeout(), /a Cinder node \(tooz\), \/tooz\/lockscinder-volume, lease [0-9a-f]+$/);
    await run(theirs.release());
  });

  it("writes nothing in a try that fails, and takes several names all or nothing", async () => {
    const { cinder, etcd, run, tooz } = createWireSimulation();
    const a = await cinder("a");
    const theirs = await run(tooz.acquire("volume"));
    const before = etcd.store.revision;
    const attempts = a.connection.attempts;
    assert.equal(await run(a.coordinator.tryAcquire(["a-free-one", "volume", "z-free-one"])), undefined);
    assert.equal(etcd.store.revision, before);
    assert.equal(a.connection.attempts, attempts + 1);
    await run(theirs.release());
    const lock = await run(a.coordinator.tryAcquire(["a-free-one", "volume"]));
    assert.equal(await run(tooz.tryAcquire("a-free-one")), undefined);
    await run((lock as NonNullable<typeof lock>).release());
  });

  it("removes no key of somebody else at its release", async () => {
    const { cinder, etcd, run, tooz } = createWireSimulation();
    const a = await cinder("a");
    const ours = await run(a.coordinator.acquire("volume"));
    etcd.deleteKey(KEY);
    const theirs = await run(tooz.acquire("volume"));
    await run(ours.release());
    assert.equal(await run(theirs.release()), true);
    assert.deepEqual(etcd.store.keys("fenceline/owners/"), []);
  });

  it("removes no owner record of somebody else at its release", async () => {
    const { cinder, etcd, run } = createWireSimulation();
    const [a, b] = [await cinder("a"), await cinder("b")];
    const broken = await run(a.coordinator.acquire("volume"));
    etcd.deleteKey(KEY);
    await run(b.coordinator.acquire("volume"));
    await run(broken.release());
    assert.match(String(etcd.store.get(OWNER)?.value), /"node":"b"/);
  });

  it("guards a transaction: nothing is written once the key is gone or another's", async () => {
    const { cinder, etcd, run, tooz } = createWireSimulation();
    const a = await cinder("a");
    const lock = await run(a.coordinator.acquire("volume"));
    await run(lock.guardedTxn((txn) => txn.put("volumes/42").value("mine")));
    etcd.deleteKey(KEY);
    await run(tooz.acquire("volume"));
    const error = await run(rejectionOf(lock.guardedTxn((txn) => txn.put("volumes/42").value("stale"))));
    assert.equal(codeOf(error), "lock_lost");
    assert.equal(String(etcd.store.get("volumes/42")?.value), "mine");
  });

  it("refuses names that are not ASCII before anything is touched, at any scope of the request", async () => {
    const { cinder, etcd, run, clock } = createWireSimulation();
    const a = await cinder("a");
    const before = etcd.store.revision;
    const local = lockKey("process", "beside");
    for (const ask of [a.coordinator.acquire, a.coordinator.tryAcquire]) {
      const error = await run(rejectionOf(ask([local, "größe"])));
      assert.ok(FencelineError.is(error, "invalid_argument"));
      assert.match(String(error), /ASCII.*größe/);
    }
    await clock.advance(100);
    assert.equal(etcd.store.revision, before);
    assert.ok(await run(a.coordinator.tryAcquire(local)));
  });

  it("refuses more names than fit a transaction", async () => {
    const { cinder, both, run } = createWireSimulation();
    for (const [{ coordinator }, most] of [
      [await cinder("a"), 63] as const,
      [await both("b"), 63] as const,
    ]) {
      const names = Array.from({ length: most }, (_, i) => `n${i}`);
      await run((await run(coordinator.acquire(names))).release());
      assert.equal(
        codeOf(await run(rejectionOf(coordinator.acquire([...names, "more"])))),
        "invalid_argument",
      );
    }
  });

  it("finds that a lock the answer to which was lost is its own", async () => {
    const { cinder, clock, etcd, run } = createWireSimulation();
    const a = await cinder("a");
    a.connection.network = "answers lost";
    const waiting = a.coordinator.acquire("volume");
    await clock.advance(1_500);
    assert.ok(etcd.store.get(KEY), "etcd did what was asked");
    a.connection.network = "whole";
    const lock = await run(waiting, 5_000);
    assert.ok(lock.held);
    assert.ok(FencingToken.revision(lock.token) >= (etcd.store.get(KEY)?.createRevision ?? 0n));
  });

  it("removes a lock the answer to which was lost when its caller has given up", async () => {
    const { cinder, clock, run, leftovers } = createWireSimulation();
    const a = await cinder("a");
    a.connection.network = "answers lost";
    const waiting = rejectionOf(a.coordinator.acquire("volume", { timeoutMs: 500 }));
    assert.equal(codeOf(await run(waiting)), "lock_timeout");
    assert.equal(leftovers().length, 2);
    a.connection.network = "whole";
    await clock.advance(5_000);
    assert.deepEqual(leftovers(), []);
  });

  it("is not blocked by a copy of its own request that arrives after the release", async () => {
    const { cinder, clock, run, leftovers } = createWireSimulation();
    const a = await cinder("a");
    const { deliver } = a.connection.holdBack(takesKey);
    const lock = await run(a.coordinator.acquire("volume"));
    await run(lock.release());
    deliver();
    await clock.advance(100);
    assert.deepEqual(leftovers(), []);
  });

  it("is not blocked by a copy of a try that failed, nor by one of a wait that was aborted", async () => {
    const { cinder, clock, run, leftovers, tooz } = createWireSimulation();
    const a = await cinder("a");
    const theirs = await run(tooz.acquire("volume"));
    const ofTry = a.connection.holdBack(takesKey);
    assert.equal(await run(a.coordinator.tryAcquire("volume")), undefined);
    const ofWait = a.connection.holdBack(takesKey);
    const waiting = a.coordinator.acquire("volume", { timeoutMs: 3_000 });
    assert.equal(codeOf(await run(rejectionOf(waiting))), "lock_timeout");
    await clock.advance(1_000);
    await run(theirs.release());
    ofTry.deliver();
    ofWait.deliver();
    await clock.advance(100);
    assert.deepEqual(leftovers(), []);
  });

  it("leaves nothing when a wait is aborted that holds some of its names already", async () => {
    const { cinder, clock, etcd, run, leftovers, tooz } = createWireSimulation();
    const a = await cinder("a");
    const theirs = await run(tooz.acquire("volume"));
    const abort = new AbortController();
    const reason = new Error("enough");
    const waiting = rejectionOf(a.coordinator.acquire(["volume", "x", "a"], { signal: abort.signal }));
    await clock.advance(100);
    assert.deepEqual(etcd.store.keys("/tooz/").toSorted(), ["/tooz/lockscinder-a", KEY]);
    abort.abort(reason);
    assert.equal(await run(waiting), reason);
    await clock.advance(100);
    await run(theirs.release());
    assert.deepEqual(leftovers(), []);
  });

  it("ends a wait with the session, and grants nothing that it had taken before", async () => {
    const { cinder, clock, etcd, run, tooz } = createWireSimulation();
    const a = await cinder("a");
    const [lease] = etcd.leaseIds;
    await run(tooz.acquire("volume"));
    const waiting = rejectionOf(a.coordinator.acquire(["a", "volume"]));
    await clock.advance(100);
    etcd.revoke(lease as bigint);
    assert.equal(codeOf(await run(waiting, 1_000)), "session_lost");
  });

  it("grants nothing to a wait of which a name was taken away", async () => {
    const { cinder, clock, etcd, run, tooz } = createWireSimulation();
    const a = await cinder("a");
    const theirs = await run(tooz.acquire("volume"));
    const waiting = rejectionOf(a.coordinator.acquire(["a", "volume"]));
    await clock.advance(100);
    etcd.deleteKey("/tooz/lockscinder-a");
    await run(tooz.acquire("a"));
    await run(theirs.release());
    assert.equal(codeOf(await run(waiting, 1_000)), "lock_lost");
    await clock.advance(1_000);
    assert.deepEqual(etcd.store.keys("/tooz/"), ["/tooz/lockscinder-a"], "the Python node's");
  });

  it("hands a lock on inside the process without asking etcd, and counts the turns", async () => {
    const { cinder, both, run } = createWireSimulation();
    for (const [{ coordinator, connection }, calls] of [
      [await cinder("a"), 2] as const,
      [await both("b"), 4] as const,
    ]) {
      const before = connection.attempts;
      const tokens: FencingToken[] = [];
      const work = Array.from({ length: 20 }, () =>
        coordinator.withLock("volume", (lock) => {
          tokens.push(lock.token);
        }),
      );
      await run(Promise.all(work));
      assert.equal(connection.attempts, before + calls);
      assert.deepEqual(tokens.map(FencingToken.sequence), [...Array(20).keys()]);
    }
  });

  it("holds no name while it waits for one that Cinder takes before it", async () => {
    const { cinder, clock, run, tooz } = createWireSimulation();
    const a = await cinder("a");
    const theirFirst = await run(tooz.acquire("Z"));
    const waiting = a.coordinator.acquire(["x", "Z"]);
    await clock.advance(2_000);
    const theirSecond = await run(tooz.acquire("x"), 100);
    await run(theirSecond.release());
    await run(theirFirst.release());
    await run(waiting, 100);
  });

  it("does not wait in a circle with Python nodes that take several names in their order", async () => {
    const simulation = createWireSimulation();
    const { cinder, both, run, tooz } = simulation;
    const nodes = [await cinder("a"), await cinder("b"), await both("c"), await both("d")];
    const ours = nodes.map(async ({ coordinator }, n) => {
      const names = n % 2 === 0 ? ["x", "y", "Z"] : ["Z", "y", "x"];
      for (let round = 0; round < 4; round += 1) {
        await coordinator.withLock(names, () => pause(simulation, 30));
      }
    });
    const theirs = (async () => {
      for (let round = 0; round < 4; round += 1) {
        const locks = [await tooz.acquire("Z"), await tooz.acquire("x"), await tooz.acquire("y")];
        await pause(simulation, 30);
        for (const lock of locks.reverse()) assert.equal(await lock.release(), true);
      }
    })();
    await run(Promise.all([...ours, theirs]), 300_000);
  });
});

describe("both wire formats together", () => {
  it("exclude members with either one, both ways", async () => {
    const { node, cinder, both, run, leftovers } = createWireSimulation();
    const members = { etcd: await node("e"), cinder: await cinder("c"), both: await both("b") };
    for (const [first, second] of [
      ["both", "etcd"],
      ["both", "cinder"],
      ["etcd", "both"],
      ["cinder", "both"],
    ] as const) {
      const held = await run(members[first].coordinator.acquire("volume"));
      assert.equal(
        await run(members[second].coordinator.tryAcquire("volume")),
        undefined,
        `${first}, ${second}`,
      );
      await run(held.release());
      const next = await run(members[second].coordinator.tryAcquire("volume"));
      assert.ok(next && next.token > held.token, `${first}, ${second}`);
      await run(next.release());
      assert.deepEqual(leftovers(), []);
    }
  });

  it("write nothing in a try that fails, whichever of the two is taken", async () => {
    const { node, both, etcd, run, tooz } = createWireSimulation();
    const e = await node("e");
    const b = await both("b");
    await run(e.coordinator.acquire("in-the-queue"));
    await run(tooz.acquire("at-a-python-node"));
    const before = etcd.store.revision;
    for (const name of ["in-the-queue", "at-a-python-node"]) {
      assert.equal(await run(b.coordinator.tryAcquire(name)), undefined);
    }
    assert.equal(etcd.store.revision, before);
  });

  it("serve their members first come, first served, also behind a Python node", async () => {
    const simulation = createWireSimulation();
    const { both, clock, run, tooz } = simulation;
    const theirs = await run(tooz.acquire("volume"));
    const order: string[] = [];
    const all: Promise<void>[] = [];
    for (const name of ["a", "b", "c"]) {
      const { coordinator } = await both(name);
      all.push(
        coordinator.withLock("volume", async () => {
          order.push(name);
          await pause(simulation, 20);
        }),
      );
      await clock.advance(10);
    }
    await run(theirs.release());
    await run(Promise.all(all));
    assert.deepEqual(order, ["a", "b", "c"]);
  });

  it("lose the lock when either is lost, also while they wait for the second", async () => {
    const { both, clock, etcd, run, tooz, queueEntries, leftovers } = createWireSimulation();
    const b = await both("b");
    for (const doomed of [() => KEY, () => queueEntries()[0] as string]) {
      const lock = await run(b.coordinator.acquire("volume"));
      etcd.deleteKey(doomed());
      const error = await run(rejectionOf(lock.guardedTxn((txn) => txn.put("volumes/42").value("stale"))));
      assert.equal(codeOf(error), "lock_lost");
      await run(lock.release());
      assert.equal(etcd.store.get("volumes/42"), undefined);
      etcd.revoke(etcd.leaseIds[0] as bigint);
      await clock.advance(TTL_MS);
    }
    const theirs = await run(tooz.acquire("volume"));
    const waiting = rejectionOf(b.coordinator.acquire("volume"));
    await clock.advance(100);
    etcd.deleteKey(queueEntries()[0] as string);
    await run(theirs.release());
    assert.equal(codeOf(await run(waiting)), "lock_lost");
    await clock.advance(1_000);
    assert.deepEqual(leftovers(), []);
  });

  it("give a token greater than that of a Cinder-only member that came in between, and smaller than that of a member behind them in the queue", async () => {
    const { both, cinder, node, clock, run } = createWireSimulation();
    const first = await cinder("cinder-only");
    const second = await cinder("cinder-only-too");
    const b = await both("both");
    const e = await node("etcd-only");
    const held = await run(first.coordinator.acquire("volume"));
    const tokens = [held.token];
    const waiting = b.coordinator.acquire("volume");
    await clock.advance(100);
    const behind = e.coordinator.acquire("volume");
    await clock.advance(100);
    // The Cinder-only member takes the key before the release has reached the watch.
    b.connection.loseEvents = true;
    await run(held.release());
    const between = await run(second.coordinator.acquire("volume"));
    tokens.push(between.token);
    await run(between.release());
    const late = await run(waiting, TTL_MS + 1_000);
    tokens.push(late.token);
    await run(late.release());
    tokens.push((await run(behind)).token);
    assert.deepEqual(
      tokens.toSorted((x, y) => Number(x - y)),
      tokens,
    );
    assert.equal(new Set(tokens).size, 4);
  });

  it("keep all apart with growing tokens while a fleet moves from Cinder's format to etcd's", async function () {
    this.timeout(60_000);
    const request = fc.record({
      stage: fc.integer({ min: 0, max: 3 }),
      keys: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 }),
      startMs: fc.integer({ min: 0, max: 60 }),
      holdMs: fc.integer({ min: 0, max: 30 }),
      abortAfterMs: fc.option(fc.integer({ min: 0, max: 80 })),
    });
    // One half of a fleet's way in each run: members of the wire on the left with members of both.
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("cinder" as const, "etcd" as const),
        fc.array(request, { minLength: 2, maxLength: 14 }),
        async (wire, requests) => {
          const simulation = createWireSimulation();
          const nodes = [
            await simulation.node("n0", { wire }),
            await simulation.node("n1", { wire }),
            await simulation.both("n2"),
            await simulation.both("n3"),
          ];
          const holders = new Map<string, number>();
          const lastToken = new Map<string, bigint>();
          const work = requests.map(async (wanted, id) => {
            await pause(simulation, wanted.startMs);
            const abort = new AbortController();
            if (wanted.abortAfterMs !== null) {
              simulation.clock.startTimer(wanted.abortAfterMs, () => abort.abort(new Error("aborted")));
            }
            const { coordinator } = nodes[wanted.stage] as (typeof nodes)[number];
            const lock = await coordinator
              .acquire(wanted.keys, { signal: abort.signal })
              .catch(() => undefined);
            if (lock === undefined) return;
            for (const key of wanted.keys) {
              assert.equal(holders.get(key), undefined, `two holders of ${key}`);
              holders.set(key, id);
              assert.ok(lock.tokenOf(key) > (lastToken.get(key) ?? 0n), `token of ${key} does not grow`);
              lastToken.set(key, lock.tokenOf(key));
            }
            await pause(simulation, wanted.holdMs);
            for (const key of wanted.keys) holders.delete(key);
            await lock.release();
          });
          await simulation.run(Promise.all(work), 60_000);
          await simulation.clock.advance(1_000);
          assert.deepEqual(simulation.leftovers(), []);
        },
      ),
      { numRuns: 150 },
    );
  });
});

function pause(simulation: Simulation, durationMs: number): Promise<void> {
  return new Promise((resolve) => simulation.clock.startTimer(durationMs, resolve));
}
