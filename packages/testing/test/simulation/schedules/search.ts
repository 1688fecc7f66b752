import type { HistoryStatistics } from "@fenceline/testing";
import fc from "fast-check";
import { runSchedule } from "./run-schedule.js";
import type { Schedule } from "./schedule.js";
import { addStatistics } from "./sum-statistics.js";
import type { Subject } from "./world.js";

export interface SearchOptions {
  readonly schedules: fc.Arbitrary<Schedule>;
  readonly runs: number;
  readonly seed: number;
  /** How long to search, and then to look for a smaller schedule, in milliseconds. */
  readonly timeLimitMs: number;
  readonly subject?: Subject | undefined;
}

/** What a search has found. */
export interface Search {
  /** How many schedules were run until it ended, but for those that were tried to find a smaller one. */
  readonly runs: number;
  /** The smallest schedule that shows a problem. */
  readonly failure: { readonly schedule: Schedule; readonly problems: readonly string[] } | undefined;
  /** Of all runs together; undefined if there was none that could be judged. */
  readonly statistics: HistoryStatistics | undefined;
}

/** Runs schedules until one shows a problem, and makes that one as small as it can. */
export async function searchSchedules(options: SearchOptions): Promise<Search> {
  const { runs, schedules, seed, subject, timeLimitMs } = options;
  let statistics: HistoryStatistics | undefined;
  const problemsOf = async (schedule: Schedule): Promise<readonly string[]> => {
    try {
      const { problems, report } = await runSchedule(schedule, subject);
      statistics = addStatistics(statistics, report.statistics);
      return problems;
    } catch (error) {
      return [`thrown: ${error}`];
    }
  };
  const property = fc.asyncProperty(schedules, async (schedule) => (await problemsOf(schedule)).length === 0);
  const details = await fc.check(property, { numRuns: runs, seed, interruptAfterTimeLimit: timeLimitMs });
  const [schedule] = details.counterexample ?? [];
  const failure = schedule && { schedule, problems: await problemsOf(schedule) };
  return { runs: details.numRuns, failure, statistics };
}
