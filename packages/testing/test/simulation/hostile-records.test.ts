import assert from "node:assert/strict";
import { FencelineError, FencingToken, type LockKey, lockKey } from "@fenceline/core";
import fc from "fast-check";
import { createSimulation, type Simulation } from "./simulation.js";

const DELAY_MS = 1_000;
const volume: LockKey = { ...lockKey("global", "volume"), lockDelayMs: DELAY_MS };
const TOKEN = FencingToken.from(42n);

const field = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("\u001b[2J\n", "x".repeat(200), "x".repeat(201)),
  fc.constantFrom<unknown>(null, true, -1, 0.5, 1e308, [], {}, { toString: "x" }),
);
const record = fc
  .record({ v: field, id: field, node: field, pid: field, operation: field, since: field, trace: field })
  .map((fields) => JSON.stringify(fields));
const value: fc.Arbitrary<Uint8Array> = fc
  .oneof(
    record,
    fc.uint8Array({ maxLength: 40 }),
    fc.json(),
    fc.constantFrom("", "null", '{"__proto__":{"id":"x"}}', "[".repeat(4_000), "x".repeat(1_000_000)),
    fc.constantFrom("0".repeat(20), "9".repeat(20), "00000000000000000043", "-0000000000000000001", "1e3"),
    fc.bigInt(0n, 2n ** 66n).map((number) => number.toString().padStart(20, "0")),
  )
  .map((content) => Buffer.from(content as string));

/** Where something is written; a session's key and an entry stand for those that are there. */
const place = fc.oneof(
  fc.constantFrom("an entry", "a session", "fenceline/marks/volume", "fenceline/gates/volume"),
  fc.constantFrom("fenceline/owners/volume", "/tooz/lockscinder-volume"),
  fc
    .oneof(fc.constantFrom("", "ffff", "a/b", "never", "\n\u001b[2J", "x".repeat(100_000)), fc.string())
    .map((rest) => `fenceline/locks/volume/${rest}`),
);
const poison = fc.array(fc.record({ place, value }), { minLength: 1, maxLength: 4 });

describe("what somebody has written under the namespace", function () {
  this.timeout(60_000);
  for (const wire of ["etcd", "cinder", ["etcd", "cinder"]] as const) {
    it(`makes neither a crash, nor a hang, nor a wrong grant, with wire ${wire}`, async () => {
      await fc.assert(
        fc.asyncProperty(poison, fc.boolean(), async (poisons, isHeld) => {
          const simulation = createSimulation();
          const { run } = simulation;
          const [a, b] = [await simulation.node("a", { wire }), await simulation.node("b", { wire })];
          const held = isHeld ? await run(a.coordinator.acquire(volume)) : undefined;
          const written = await write(simulation, poisons);

          const outcomes = await run(
            Promise.allSettled([
              b.coordinator.acquire(volume, { timeoutMs: 5_000 }),
              b.coordinator.tryAcquire(volume),
              b.coordinator.tokenGate().admit("volume", TOKEN),
              ...(held === undefined ? [] : [held.guardedTxn((txn) => txn.put("volumes/42").value("mine"))]),
            ]),
          );
          for (const outcome of outcomes) if (outcome.status === "rejected") assertTold(outcome.reason);
          const [granted, tried] = outcomes;
          const lock = granted?.status === "fulfilled" ? (granted.value as typeof held) : undefined;
          if (held !== undefined) assert.ok(held.held, "a value that was written over ends no holding");
          const holders = [held, lock, tried?.status === "fulfilled" ? tried.value : undefined];
          assert.ok(holders.filter((holder) => holder !== undefined).length <= 1, "two holders");

          await run(lock?.release() ?? Promise.resolve());
          await run(held?.release() ?? Promise.resolve());
          for (const key of written) simulation.etcd.deleteKey(key);
          const last = await run(b.coordinator.acquire(volume));
          await run(last.release());
          await run(Promise.all([a.coordinator.close(), b.coordinator.close()]));
        }),
        { numRuns: 150 },
      );
    });
  }
});

/** @returns the keys that were written, but for those of sessions, which are needed yet */
async function write(
  { etcd, run }: Simulation,
  poisons: readonly { readonly place: string; readonly value: Uint8Array }[],
): Promise<string[]> {
  const { port } = etcd.connect();
  const written: string[] = [];
  for (const { place, value } of poisons) {
    const prefix = { "an entry": "fenceline/locks/volume/", "a session": "fenceline/sessions/" }[place];
    const keys = prefix === undefined ? [place] : etcd.store.keys(prefix);
    for (const key of keys) {
      await run(port.txn({ compare: [], success: [{ type: "put", key, value }] }));
      if (prefix !== "fenceline/sessions/") written.push(key);
    }
  }
  return written;
}

/** An error of ours, of a length that fits a log, that does not draw on a terminal. */
function assertTold(error: unknown): void {
  assert.ok(FencelineError.is(error), String((error as Error).stack));
  assert.ok(error.message.length < 5_000, `${error.message.length} characters`);
  assert.doesNotMatch(error.message, /\p{C}/u);
}
