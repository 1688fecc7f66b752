import assert from "node:assert/strict";
import { checkHistory } from "@fenceline/testing";
import fc from "fast-check";
import { type FencedMutexInput, fencedMutex } from "../../dist/history/linearizability/fenced-mutex.js";
import type { TimedInput } from "../../dist/history/linearizability/model.js";
import { findLinearization } from "../../dist/history/linearizability/search.js";
import { hasLinearization } from "./support/brute-force.js";
import { history } from "./support/history-builder.js";
import { failing, messages } from "./support/judge.js";

type Timed = TimedInput<FencedMutexInput>;

const UNKNOWN = Number.POSITIVE_INFINITY;

function acquire(owner: string, token: bigint | undefined, callMs: number, returnMs: number): Timed {
  return { input: { kind: "acquire", owner, token }, callMs, returnMs };
}

function release(owner: string, callMs: number, returnMs: number): Timed {
  return { input: { kind: "release", owner }, callMs, returnMs };
}

function outcome(...operations: readonly Timed[]): string {
  return findLinearization(fencedMutex, operations, 1_000).outcome;
}

describe("The search for a linearization", () => {
  it("finds one where operations follow each other", () => {
    assert.equal(outcome(), "linearizable");
    assert.equal(outcome(acquire("A", 1n, 0, 1), release("A", 2, 3), acquire("B", 2n, 4, 5)), "linearizable");
  });

  it("finds one where a release returns after the next grant", () => {
    assert.equal(outcome(acquire("A", 1n, 0, 1), release("A", 2, 9), acquire("B", 2n, 0, 5)), "linearizable");
  });

  it("finds one where calls and returns are at one time", () => {
    assert.equal(outcome(acquire("A", 1n, 0, 5), acquire("B", 2n, 5, 5), release("A", 5, 5)), "linearizable");
  });

  it("finds none for two owners, a token that falls behind, a release that is too late", () => {
    assert.equal(outcome(acquire("A", 1n, 0, 1), acquire("B", 2n, 0, 2)), "impossible");
    assert.equal(outcome(acquire("A", 2n, 0, 1), release("A", 2, 3), acquire("B", 1n, 4, 5)), "impossible");
    assert.equal(outcome(acquire("A", 1n, 0, 1), acquire("B", 2n, 0, 5), release("A", 6, 7)), "impossible");
  });

  it("lets what has an unknown outcome happen at any later time, or never", () => {
    const held = acquire("A", 1n, 0, 1);
    assert.equal(outcome(held, release("A", 2, UNKNOWN), acquire("B", 2n, 8, 9)), "linearizable");
    assert.equal(outcome(held, release("A", 2, UNKNOWN)), "linearizable");
    assert.equal(outcome(held, release("A", 10, UNKNOWN), acquire("B", 2n, 8, 9)), "impossible");
    assert.equal(outcome(acquire("A", undefined, 0, UNKNOWN), acquire("B", 1n, 8, 9)), "linearizable");
    assert.equal(outcome(acquire("A", undefined, 0, UNKNOWN), release("A", 8, 9)), "linearizable");
    assert.equal(
      outcome(held, release("A", 2, UNKNOWN), acquire("B", 2n, 3, 4), acquire("C", 3n, 5, 6)),
      "impossible",
    );
  });

  it("says that it does not know when its budget is used up", () => {
    const waiters = Array.from({ length: 9 }, (_, index) => acquire(`W${index}`, undefined, 0, UNKNOWN));
    const ends = waiters.map(({ input }) => release(input.owner, 0, UNKNOWN));
    const impossible = release("X", 1, 2);
    const { outcome: answer } = findLinearization(fencedMutex, [...waiters, ...ends, impossible], 500);
    assert.equal(answer, "undecided");
  });

  it("agrees with trying all orders, on small random histories", () => {
    const input: fc.Arbitrary<FencedMutexInput> = fc.record({
      kind: fc.constantFrom("acquire" as const, "acquire" as const, "release" as const, "expire" as const),
      owner: fc.constantFrom("A", "B", "C"),
      token: fc.option(fc.bigInt({ min: 0n, max: 4n }), { nil: undefined, freq: 4 }),
    });
    const operation = fc
      .record({ input, callMs: fc.nat(8), duration: fc.nat(6), isKnown: fc.nat(4) })
      .map(({ callMs, duration, input, isKnown }) => ({
        input,
        callMs,
        returnMs: isKnown === 0 ? UNKNOWN : callMs + duration,
      }));
    const seen = { linearizable: 0, impossible: 0, undecided: 0 };
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
        const { outcome: answer } = findLinearization(fencedMutex, operations, 1_000_000);
        seen[answer] += 1;
        assert.equal(answer === "linearizable", hasLinearization(fencedMutex, operations));
      }),
      { numRuns: 3_000, seed: 1 },
    );
    assert.equal(seen.undecided, 0);
    assert.ok(Math.min(seen.linearizable, seen.impossible) > 300, JSON.stringify(seen));
  });
});

describe("The check of linearizability", () => {
  function lost() {
    return history().invoke(1, "w1-1").granted(2, "w1-1", 5n);
  }

  it("passes a holder whose session ended: it crashed, was told, stood still, or the server says so", () => {
    const next = (ms: number) => history().hold(ms, ms + 1, "w2-1", 6n).events;
    assert.deepEqual(failing([...lost().worker(3, "crash", "w1").events, ...next(3)]), []);
    assert.deepEqual(failing([...lost().told(3, "w1-1").events, ...next(4)]), []);
    assert.deepEqual(failing([...lost().worker(3, "pause", "w1").events, ...next(4)]), []);
    const resumed = lost().worker(3, "pause", "w1").worker(9, "resume", "w1").told(10, "w1-1", "refused");
    assert.deepEqual(failing([...resumed.events, ...next(4)]), []);
    assert.deepEqual(failing([...lost().sessionEnded(8, "w1", 3).events, ...next(4)]), ["exclusion"]);
  });

  it("finds a second grant while the holder's session lives", () => {
    const wrong = lost().hold(4, 5, "w2-1", 6n).release(6, "w1-1");
    assert.deepEqual(messages(wrong, "linearizability"), [
      'lock "a": the acquire of operation w2-1 (token 6) from 4 ms to 4 ms can have taken effect at no time: ' +
        "the lock was held by operation w1-1, with 5 as the greatest token so far",
    ]);
  });

  it("finds a second grant before the session can have ended", () => {
    assert.ok(
      failing(lost().hold(4, 5, "w2-1", 6n).sessionEnded(9, "w1", 6).events).includes("linearizability"),
    );
    assert.ok(failing(lost().hold(4, 5, "w2-1", 6n).told(9, "w1-1").events).includes("linearizability"));
    const again = lost()
      .worker(3, "crash", "w1")
      .invoke(4, "w2-1")
      .granted(5, "w2-1", 6n)
      .hold(6, 7, "w3-1", 7n);
    assert.ok(failing(again.events).includes("linearizability"));
  });

  it("finds a grant after a release that failed, and passes one after a release of unknown outcome", () => {
    const released = () => lost().told(3, "w1-1", "released").invoke(3, "w1-1", "release");
    assert.deepEqual(failing(released().fail(4, "w1-1", "release").hold(5, 6, "w2-1", 6n).events), [
      "linearizability",
    ]);
    assert.deepEqual(failing(released().info(4, "w1-1", "release").hold(5, 6, "w2-1", 6n).events), []);
  });

  it("finds a second grant where an earlier session had ended, or an earlier pause", () => {
    const other = () => history().hold(5, 6, "w2-1", 6n).events;
    const session = history().sessionEnded(1, "w1").hold(2, 9, "w1-1", 5n).events;
    assert.ok(failing([...session, ...other()]).includes("linearizability"));
    const paused = history().worker(1, "pause", "w1").worker(2, "resume", "w1");
    const told = paused.invoke(3, "w1-1").granted(4, "w1-1", 5n).told(9, "w1-1").events;
    assert.ok(failing([...told, ...other()]).includes("linearizability"));
  });

  it("passes a holder whose release failed and whose session ended then", () => {
    const events = lost().told(3, "w1-1", "released").invoke(3, "w1-1", "release").fail(4, "w1-1", "release");
    assert.deepEqual(failing(events.worker(5, "crash", "w1").hold(6, 7, "w2-1", 6n).events), []);
  });

  it("calls what it could not decide neither right nor wrong", () => {
    const { events } = history().hold(1, 2, "w1-1", 5n).hold(2, 3, "w1-2", 6n);
    const { ok, undecided, violations } = checkHistory(events, {
      ttlMs: 3_000,
      stepBudget: 1,
      isOneOfMany: true,
    });
    assert.equal(ok, false);
    assert.deepEqual(violations, []);
    assert.deepEqual(undecided, ['lock "a": no linearization was found or ruled out within 1 steps']);
  });
});
