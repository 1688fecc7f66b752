import assert from "node:assert/strict";
import { InvalidArgumentError } from "@fenceline/core";
import { type CheckHistoryOptions, checkHistory } from "@fenceline/testing";
import { type HistoryBuilder, history } from "./support/history-builder.js";

/** A run that proves something: a late write is refused after a lease expired, and the faults fired. */
function proof(...missing: readonly ("expiry" | "faults" | "last" | "refusal")[]): HistoryBuilder {
  const events = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).worker(3, "pause", "w1");
  const count = missing.includes("faults") ? 8 : 9;
  for (let fault = 0; fault < 10; fault += 1) {
    events.fault(0, "planned", `f${fault}`, fault === 0 ? "pause" : "kill");
    if (fault < count) events.fault(4, "fired", `f${fault}`, "kill").fault(5, "healed", `f${fault}`, "kill");
  }
  if (!missing.includes("expiry")) events.sessionEnded(6, "w1", 3);
  events.hold(7, 8, "w2-1", 6n).write(7, 8, "w2", 6n).worker(9, "resume", "w1").told(10, "w1-1");
  if (!missing.includes("refusal")) events.refused(11, "w1", 5n);
  if (missing.includes("last")) events.invoke(12, "w2-2").fail(13, "w2-2");
  return events.left(14);
}

describe("checkHistory", () => {
  it("says that a run is good, and what was in it", () => {
    const { events } = proof();
    assert.deepEqual(checkHistory(events, { ttlMs: 3_000 }), {
      ok: true,
      violations: [],
      statistics: {
        events: events.length,
        operations: 2,
        grants: 2,
        unknownOutcomes: 0,
        acceptedWrites: 1,
        staleWritesRefused: 1,
        leasesExpired: 1,
        crashes: 0,
        pauses: 1,
        faults: { pause: { planned: 1, fired: 1, healed: 1 }, kill: { planned: 9, fired: 8, healed: 8 } },
        maxRecoveryMs: undefined,
        lastOperationSucceeded: true,
      },
    });
  });

  const reasons = [
    ["refusal", "no stale write was refused: fencing was not put to the test"],
    ["expiry", "no lease expired: no holder was put to the test"],
    ["faults", "only 8 of 10 planned faults fired"],
    ["last", "the last operation did not succeed"],
  ] as const;
  for (const [missing, reason] of reasons) {
    it(`calls a run void: ${reason}`, () => {
      const { ok, violations, void: why } = checkHistory(proof(missing).events, { ttlMs: 3_000 });
      assert.deepEqual({ ok, violations, why }, { ok: false, violations: [], why: [reason] });
    });
  }

  it("does not count a refused write whose token was the newest as stale", () => {
    const { events } = proof("refusal").refused(11, "w2", 6n);
    assert.deepEqual(checkHistory(events, { ttlMs: 3_000 }).void, [reasons[0][1]]);
  });

  it("counts a fault that fired twice once, and one that nobody planned not at all", () => {
    const { events } = proof("faults").fault(9, "fired", "f1").fault(9, "fired", "f99");
    assert.deepEqual(checkHistory(events, { ttlMs: 3_000 }).void, [reasons[2][1]]);
  });

  it("asks one of many for no proof", () => {
    const { ok, void: why } = checkHistory(history().hold(1, 2, "w1-1", 5n).events, {
      ttlMs: 3_000,
      isOneOfMany: true,
    });
    assert.deepEqual({ ok, why }, { ok: true, why: undefined });
  });

  it("is not pleased with an empty history", () => {
    assert.equal(checkHistory([], { ttlMs: 3_000 }).ok, false);
  });

  it("takes the events of workers one behind the other", () => {
    const { events } = proof();
    const ofWorker2 = events.filter((event) => "worker" in event && event.worker === "w2");
    const others = events.filter((event) => !ofWorker2.includes(event));
    const report = checkHistory(events, { ttlMs: 3_000 });
    assert.deepEqual(checkHistory([...ofWorker2, ...others], { ttlMs: 3_000 }), report);
  });

  const unusable: readonly (readonly [argument: string, options: object])[] = [
    ["ttlMs", {}],
    ["ttlMs", { ttlMs: 0 }],
    ["recoverySlackMs", { ttlMs: 1, recoverySlackMs: -1 }],
    ["resumeGraceMs", { ttlMs: 1, resumeGraceMs: Number.NaN }],
    ["stepBudget", { ttlMs: 1, stepBudget: "1" }],
    ["isOneOfMany", { ttlMs: 1, isOneOfMany: 1 }],
  ];
  for (const [argument, options] of unusable) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(
        () => checkHistory([], options as CheckHistoryOptions),
        (error: unknown) => error instanceof InvalidArgumentError && error.argument === argument,
      );
    });
  }
});
