import assert from "node:assert/strict";
import { checkHistory, formatEvent, type HistoryStatistics, parseHistory } from "@fenceline/testing";
import fc from "fast-check";
import { failing } from "./support/judge.js";
import { mutations, prepare } from "./support/mutations.js";
import { RandomSource } from "./support/random-source.js";
import { REFERENCE_TTL_MS, simulateMutex } from "./support/reference-mutex.js";

const OPTIONS = { ttlMs: REFERENCE_TTL_MS, isOneOfMany: true };
const RUNS = { numRuns: 80, seed: 1 };

describe("Random histories", () => {
  it("pass when they are correct, and contain what can go wrong", () => {
    const counts: Partial<Record<keyof HistoryStatistics, number>> = {};
    fc.assert(
      fc.property(fc.integer(), fc.nat(60), (seed, operations) => {
        const { statistics, violations, ...report } = checkHistory(simulateMutex(seed, operations), OPTIONS);
        assert.deepEqual(violations, []);
        assert.ok(report.ok);
        for (const [name, count] of Object.entries(statistics)) {
          const key = name as keyof HistoryStatistics;
          counts[key] = (counts[key] ?? 0) + Number(count ?? 0);
        }
      }),
      { ...RUNS, numRuns: 250 },
    );
    const {
      crashes = 0,
      leasesExpired = 0,
      pauses = 0,
      staleWritesRefused = 0,
      unknownOutcomes = 0,
    } = counts;
    const least = Math.min(crashes, leasesExpired, pauses, staleWritesRefused, unknownOutcomes);
    assert.ok(least > 100, JSON.stringify(counts));
  });

  it("pass as well when they are written to lines and read again, worker by worker", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const events = simulateMutex(seed, 30);
        const workerOf = (event: object): string => ("worker" in event ? String(event.worker) : "");
        const sorted = events.toSorted((a, b) => workerOf(a).localeCompare(workerOf(b)));
        const lines = sorted.map((event) => `${formatEvent(event)}\n`).join("");
        assert.deepEqual(checkHistory(parseHistory(lines), OPTIONS), checkHistory(events, OPTIONS));
      }),
      RUNS,
    );
  });

  for (const { apply, check, name } of mutations) {
    it(`are found by the check of ${check} when one ${name}`, () => {
      let applied = 0;
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const mutated = apply(prepare(simulateMutex(seed, 40), new RandomSource(seed)));
          if (mutated === undefined) return;
          applied += 1;
          assert.ok(failing(mutated, { ttlMs: REFERENCE_TTL_MS }).includes(check));
        }),
        RUNS,
      );
      assert.ok(applied >= 20, `applied only ${applied} times`);
    });
  }
});
