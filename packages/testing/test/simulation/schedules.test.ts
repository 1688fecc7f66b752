import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { connect } from "@fenceline/core";
import { type HistoryStatistics, voidReasons } from "@fenceline/testing";
import fc from "fast-check";
import { scheduleArbitrary } from "./schedules/arbitrary.js";
import { runSchedule } from "./schedules/run-schedule.js";
import { printAsTest, type Schedule } from "./schedules/schedule.js";
import { searchSchedules } from "./schedules/search.js";

/** About 100 a second on an idle core. A release runs 20 000. */
const RUNS = Number(process.env["FENCELINE_SCHEDULES"] ?? 600);
const SEED = Number(process.env["FENCELINE_SEED"] ?? Date.now() % 2 ** 31);

const someSchedules = fc.sample(scheduleArbitrary(), { numRuns: 20, seed: 1 });

describe("Schedules of faults", () => {
  it(`keep all promises, ${RUNS} of them from seed ${SEED}`, async function () {
    const timeLimitMs = 30_000 + RUNS * 100;
    this.timeout(timeLimitMs + 10_000);
    const search = { schedules: scheduleArbitrary(), runs: RUNS, seed: SEED, timeLimitMs };
    const { failure, runs, statistics } = await searchSchedules(search);
    if (failure !== undefined) {
      const printed = printAsTest(failure.schedule, failure.problems);
      assert.fail(`seed ${SEED}, found in schedule ${runs}:\n\n${printed}\n`);
    }
    assert.equal(runs, RUNS, "there was no time for more");
    assert.deepEqual(voidReasons(statistics as HistoryStatistics), []);
  });

  it("give the same history each time", async function () {
    this.timeout(30_000);
    for (const schedule of someSchedules) {
      const [first, second] = [await runSchedule(schedule), await runSchedule(schedule)];
      assert.deepEqual(first.events, second.events);
      assert.deepEqual(first.problems, second.problems);
    }
  });

  it("shrink to the few steps that matter when they find something", async function () {
    this.timeout(30_000);
    const search = { schedules: scheduleArbitrary(), runs: 100, seed: 1, timeLimitMs: 20_000 };
    const { failure } = await searchSchedules({ ...search, subject: { connect, sameRandom: true } });
    assert.ok(failure !== undefined && failure.problems.length > 0);
    assert.ok(failure.schedule.steps.length <= 3, printAsTest(failure.schedule, failure.problems));
  });

  it("are printed as a test that runs the same schedule", () => {
    for (const schedule of someSchedules) {
      const [, literal] = /runSchedule\((\{.*\n {2}\})\)/s.exec(printAsTest(schedule, [])) ?? [];
      const { delays, handOver, seed, steps, version, wire } = schedule;
      const inTime: Schedule = {
        seed,
        version,
        wire,
        handOver,
        delays,
        steps: steps.toSorted((a, b) => a.atMs - b.atMs),
      };
      assert.equal(JSON.stringify(runInNewContext(`(${literal})`)), JSON.stringify(inTime));
    }
  });
});
