import { connect } from "@fenceline/core";
import { checkHistory, type HistoryEvent, type HistoryReport } from "@fenceline/testing";
import { strike } from "./faults.js";
import { createLateness } from "./late-grants.js";
import { lockKeysIn, lockNameIn } from "./lock-keys.js";
import { createNode } from "./node.js";
import { isTake, NODES, type Schedule, type Step, TTL_MS } from "./schedule.js";
import { createWorld, type Subject, type World } from "./world.js";

/** What came of a schedule. */
export interface Run {
  readonly events: readonly HistoryEvent[];
  readonly report: HistoryReport;
  /** What is wrong, in one sentence each, after the name of what found it. None is good. */
  readonly problems: readonly string[];
}

/** How long everything may take to end after the last step, in milliseconds. Far longer than it takes. */
const LIMIT_MS = 300_000;
/** The time from one look to the next, while the end is waited for. */
const LOOK_MS = 500;

/** Lets nodes do what a schedule says, on simulated time, and judges what they saw. */
export async function runSchedule(schedule: Schedule, subject: Subject = { connect }): Promise<Run> {
  const world = createWorld(schedule, subject);
  const { clock, etcd, journal, queues } = world;
  const nodes = Array.from({ length: NODES }, (_, node) => createNode(node, schedule, world, subject));
  await clock.advanceUntil(Promise.all(nodes.map((node) => node.start())), TTL_MS);

  const doStep = (step: Step, index: number): void => {
    if (isTake(step)) nodes[step.node]?.take(step);
    else if (strike(step, nodes, world, () => noteFault(step, index, "healed")))
      noteFault(step, index, "fired");
  };
  const startMs = clock.now();
  for (const [index, step] of schedule.steps.entries()) {
    if (!isTake(step)) noteFault(step, index, "planned");
    clock.startTimer(step.atMs, () => doStep(step, index));
  }
  function noteFault(step: Step, index: number, phase: "fired" | "healed" | "planned"): void {
    journal.write({ kind: "fault", ms: clock.now(), fault: `${index}`, type: step.do, phase });
  }

  const endMs = Math.max(0, ...schedule.steps.map((step) => step.atMs + ("forMs" in step ? step.forMs : 0)));
  await clock.advance(endMs + 1);
  await advanceWhile(world, LIMIT_MS, () => isBusy(world));
  await advanceWhile(world, 3 * TTL_MS, () => lockKeysIn(etcd.store).length > 0);
  journal.write({
    kind: "entries-left",
    ms: clock.now(),
    entries: lockKeysIn(etcd.store).map(({ key, lease }) => ({
      key,
      lock: queues.standing().find((entry) => entry.key === key)?.lock ?? lockNameIn(key),
      worker: world.leaseOwners.get(lease),
    })),
  });
  const problems = [...lateGrants(schedule, world, startMs), ...world.marks.problems()];
  await advanceWhile(world, LIMIT_MS, () => nodes.some(({ current }) => current?.coordinator === undefined));
  await clock.advanceUntil(Promise.all(nodes.map((node) => node.close())), LIMIT_MS);
  await advanceWhile(world, 3 * TTL_MS, () => etcd.leaseIds.length > 0);
  if (etcd.leaseIds.length > 0)
    problems.push("leases-left: a lease lives although its coordinator is closed");

  const { events } = journal;
  const report = checkHistory(events, {
    ttlMs: TTL_MS,
    resumeGraceMs: 0,
    recoverySlackMs: schedule.steps.some(hindersRecovery) ? LIMIT_MS : 1_000 + longestRestMs(schedule),
    isOneOfMany: true,
  });
  problems.push(...report.violations.map(({ check, message }) => `${check}: ${message}`));
  if (report.undecided !== undefined) problems.push(...report.undecided.map((why) => `undecided: ${why}`));
  return { events, report, problems };
}

async function advanceWhile({ clock }: World, limitMs: number, condition: () => boolean): Promise<void> {
  const end = clock.now() + limitMs;
  while (condition() && clock.now() < end) await clock.advance(LOOK_MS);
}

function isBusy({ journal }: World): boolean {
  return [...journal.operations.values()].some(({ settled }) => !settled);
}

/** What the waiters' own side is to blame for is not the recovery of a lock. */
function hindersRecovery({ do: what }: Step): boolean {
  return what !== "take" && what !== "crash" && what !== "break-watches";
}

/** Each waiter that gives up while a lock rests leaves the whole delay to the next one. */
function longestRestMs({ delays = {}, steps }: Schedule): number {
  const impatient = steps.filter(
    (step) => isTake(step) && (step.timeoutMs ?? step.abortAfterMs) !== undefined,
  );
  return Math.max(0, ...Object.values(delays)) * (1 + impatient.length);
}

/** Only a queue says whose turn it is. */
function lateGrants(schedule: Schedule, { marks, queues }: World, startMs: number): string[] {
  if (schedule.wire !== "etcd") return [];
  const isLate = createLateness(schedule);
  return queues.grants
    .filter(({ freeMs, grantMs, operation }) =>
      isLate(operation.node, freeMs - startMs, grantMs - startMs, marks.restOf(operation)),
    )
    .map(
      ({ freeMs, grantMs, operation }) =>
        `late-grant: ${operation.id} was first in all its queues from ${freeMs} ms, and granted at ${grantMs} ms`,
    );
}
