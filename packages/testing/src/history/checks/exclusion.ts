import type { History } from "../history.js";
import type { Holding } from "../operation.js";
import { countWhile } from "../sorted.js";
import { at, type Violation, who } from "../violation.js";
import { beliefEndMs, type Span, type Worker } from "../worker.js";

/** A holding, and for how long its worker believed in it. */
interface Belief {
  readonly holding: Holding;
  readonly worker: Worker;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * No two workers believe at the same time that they hold a lock (P1). Belief ends when the holder is told, is
 * about to release, or dies. While a process stands still it believes nothing; of what it believed before, it is
 * judged from `resumeGraceMs` after it goes on, since an abort needs a turn of the event loop.
 */
export function* checkExclusion(history: History, resumeGraceMs: number): Generator<Violation> {
  for (const { holdings, lock } of history.locks) {
    let current: Belief[] = [];
    for (const holding of holdings) {
      const next = beliefOf(holding, history.worker(holding.worker));
      const overlapping = new Set<Belief>();
      current = current.filter(({ toMs }) => toMs > next.fromMs);
      for (const belief of current) {
        const bothMs = firstSharedMs(belief, next, resumeGraceMs);
        if (bothMs === undefined) continue;
        overlapping.add(belief);
        yield { check: "exclusion", lock, message: describe(belief, next, bothMs) };
      }
      // Who was found once is not reported again with everyone who comes after.
      current = current.filter((belief) => !overlapping.has(belief));
      current.push(next);
    }
  }
}

function beliefOf(holding: Holding, worker: Worker): Belief {
  return { holding, worker, fromMs: holding.grant.ms, toMs: beliefEndMs(holding, worker) };
}

/**
 * The first time at which both believe, if there is one. `other` was granted the lock no earlier than `one`, and
 * before `one` stopped believing; on a simulated clock it may do all that it does at one time.
 */
function firstSharedMs(one: Belief, other: Belief, graceMs: number): number | undefined {
  const isMoment = other.fromMs === other.toMs && one.fromMs < other.fromMs;
  const endMs = Math.min(one.toMs, other.toMs);
  let ms = other.fromMs;
  while (ms < endMs || (isMoment && ms === endMs)) {
    const judgedMs = Math.max(judgedFromMs(one, ms, graceMs), judgedFromMs(other, ms, graceMs));
    if (judgedMs === ms) return ms;
    ms = judgedMs;
  }
  return undefined;
}

/** The given time, or when the worker's belief can be judged again if it cannot at that time. */
function judgedFromMs({ holding, worker }: Belief, ms: number, graceMs: number): number {
  const isOver = ({ toMs }: Span): boolean => toMs + graceMs <= ms || toMs < holding.invokedMs;
  const pause = worker.pauses[countWhile(worker.pauses, isOver)];
  return pause === undefined || pause.fromMs > ms ? ms : pause.toMs + graceMs;
}

function describe(first: Belief, second: Belief, ms: number): string {
  const believed = [first, second].map(
    ({ fromMs, holding, toMs }) => `${who(holding)} from ${at(fromMs)} ${until(toMs)}`,
  );
  const lock = first.holding.lock;
  return `lock "${lock}": two holders believed in it at ${at(ms)}: ${believed.join(", and ")}`;
}

function until(ms: number): string {
  return ms === Infinity ? "and never told otherwise" : `until ${at(ms)}`;
}
