import assert from "node:assert/strict";
import fc from "fast-check";
import { bugsOfMarks } from "./bugs/bugs-of-marks.js";
import { bugsOfQueues } from "./bugs/bugs-of-queues.js";
import { bugsOfSessions } from "./bugs/bugs-of-sessions.js";
import { bugsOfTokens } from "./bugs/bugs-of-tokens.js";
import type { PlantedBug } from "./bugs/planted-bug.js";
import { scheduleArbitrary } from "./schedules/arbitrary.js";
import { runSchedule } from "./schedules/run-schedule.js";
import { printAsTest, type Schedule } from "./schedules/schedule.js";

const MOST_SCHEDULES = 3_000;
const BATCH = 50;

describe("The schedules find", () => {
  for (const bug of [...bugsOfTokens, ...bugsOfSessions, ...bugsOfQueues, ...bugsOfMarks]) {
    it(`that ${bug.name}`, async function () {
      this.timeout(60_000);
      const { problems, schedule } = await find(bug);
      const without = await runSchedule(schedule);
      assert.deepEqual(without.problems, [], `not the bug's: ${printAsTest(schedule, problems)}`);
    });
  }
});

/** Runs schedules, the same ones each time, until one shows a problem that the bug is known by. */
async function find(bug: PlantedBug): Promise<{ schedule: Schedule; problems: readonly string[] }> {
  const subject = await bug.plant();
  const arbitrary = scheduleArbitrary({ wires: ["etcd"], ...bug.schedules });
  for (let seed = 1; seed <= MOST_SCHEDULES / BATCH; seed += 1) {
    for (const schedule of fc.sample(arbitrary, { numRuns: BATCH, seed })) {
      const { problems } = await runSchedule(schedule, subject);
      if (problems.some((problem) => bug.foundBy.includes(checkOf(problem)))) return { schedule, problems };
    }
  }
  assert.fail(`${bug.why}; ${MOST_SCHEDULES} schedules have not shown it`);
}

function checkOf(problem: string): string {
  return problem.slice(0, problem.indexOf(":"));
}
