import assert from "node:assert/strict";
import { judge } from "../src/judge.js";
import { type Changes, LOCKS, soundRun, WAITERS } from "./sound-run.js";

const checksOf = (changes: Changes): string[] => judge(soundRun(changes)).map(({ check }) => check);

describe("judge of the soak", () => {
  it("finds nothing in a sound run", () => {
    assert.deepEqual(judge(soundRun()), []);
    assert.deepEqual(judge(soundRun({ seconds: 20 })), []);
  });

  it("finds memory that grows by a tenth, in either phase", () => {
    const heapGrows = (t: number) => ({ heapUsed: 20_000_000 * (1 + t / 5_000) });
    const rssGrows = (t: number) => ({ rss: 90_000_000 * (1 + t / 5_000) });
    assert.deepEqual(checksOf({ hold: heapGrows }), ["heap"]);
    assert.deepEqual(checksOf({ churn: heapGrows }), ["heap"]);
    assert.deepEqual(checksOf({ hold: rssGrows }), ["rss"]);
    assert.deepEqual(checksOf({ churn: rssGrows }), ["rss"]);
  });

  it("finds a leak of 300 bytes for each of 500 locks a second in 20 seconds", () => {
    assert.deepEqual(checksOf({ seconds: 20, churn: (t) => ({ heapUsed: 20_000_000 + t * 150_000 }) }), [
      "heap",
    ]);
  });

  it("takes what comes in the first minute, and a single sample, as no growth", () => {
    assert.deepEqual(checksOf({ churn: (t) => ({ rss: t < 60 ? 50_000_000 : 90_000_000 }) }), []);
    assert.deepEqual(checksOf({ churn: (t) => ({ rss: t === 600 ? 120_000_000 : 90_000_000 }) }), []);
  });

  it("finds a second lease, and none", () => {
    assert.deepEqual(checksOf({ hold: (t) => ({ leases: t === 300 ? 2 : 1 }) }), ["leases"]);
    assert.deepEqual(checksOf({ churn: () => ({ leases: 0 }) }), ["leases"]);
  });

  it("finds more watches than waiters need, and waiters that watch nothing", () => {
    assert.deepEqual(checksOf({ hold: () => ({ watches: WAITERS + 1 }) }), ["watches"]);
    assert.deepEqual(checksOf({ hold: () => ({ watches: WAITERS / 2 - 1 }) }), ["watches"]);
    assert.deepEqual(checksOf({ churn: () => ({ watches: 1 }) }), ["watches"]);
  });

  it("takes it as right that watches are set anew now and then", () => {
    assert.deepEqual(checksOf({ hold: (t) => ({ watches: t % 10 === 0 ? 0 : WAITERS }) }), []);
  });

  it("lets the watches of the waiters end in the warm-up", () => {
    assert.deepEqual(checksOf({ churn: (t) => ({ watches: t < 1 ? WAITERS : 0 }) }), []);
  });

  it("finds renewals twice as often as with one lock, and no renewals", () => {
    assert.deepEqual(checksOf({ hold: (t) => ({ keepAlives: Math.floor(t * 0.6) }) }), ["renewals"]);
    assert.deepEqual(checksOf({ churn: () => ({ keepAlives: 9 }) }), ["renewals"]);
    assert.deepEqual(checksOf({ seconds: 20, hold: (t) => ({ keepAlives: t }) }), ["renewals"]);
  });

  it("finds a lock that was lost, and a churn that stands still", () => {
    assert.deepEqual(checksOf({ hold: (t) => ({ held: t < 500 ? LOCKS : LOCKS - 1 }) }), ["locks"]);
    assert.deepEqual(checksOf({ churn: (t) => ({ grants: Math.min(t, 599) }) }), ["locks"]);
  });

  it("finds heap that stays when all locks are released", () => {
    assert.deepEqual(checksOf({ left: 10_000_000 }), ["heap"]);
  });

  it("finds everything that is left after close()", () => {
    for (const left of [
      { timers: 1 },
      { leases: 1 },
      { watches: 1 },
      { queueEntries: 1 },
      { resources: ["TCPSocketWrap"] },
    ]) {
      assert.deepEqual(checksOf({ ending: left }), ["leftovers"], JSON.stringify(left));
    }
    assert.deepEqual(checksOf({ ending: { notEnded: "it runs" } }), ["end"]);
  });
});
