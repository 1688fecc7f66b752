import type { History } from "./history.js";
import type { Holding } from "./operation.js";
import { countWhile } from "./sorted.js";
import { pausedBetween } from "./worker.js";

/** Two grants of a lock whose values are in the wrong order. */
export interface Inversion {
  readonly earlier: Holding;
  readonly later: Holding;
}

/**
 * The grants for which an earlier one had a value that `isWrong` does not allow before theirs. An earlier one is
 * reported once, not with everyone who comes after.
 *
 * A worker that stood still while it waited may note its grant late. Its grant counts as later only than those
 * that were noted before it asked.
 *
 * @param holdings in the order in which they were granted.
 * @param valueIn what has to grow.
 */
export function* findInversions(
  history: History,
  holdings: readonly Holding[],
  valueIn: (holding: Holding) => bigint,
  isWrong: (earlier: bigint, later: bigint) => boolean,
): Generator<Inversion> {
  /** For each number of grants, the one with the greatest value among the first so many. */
  const greatest: Holding[] = [];
  const reported = new Set<Holding>();
  for (const [index, later] of holdings.entries()) {
    const { grant, invokedMs, worker } = later;
    const stoodStill = pausedBetween(history.worker(worker), invokedMs, grant.ms);
    const before = stoodStill ? countWhile(holdings, (holding) => holding.grant.ms < invokedMs) : index;
    const earlier = greatest[before - 1];
    if (earlier !== undefined && !reported.has(earlier) && isWrong(valueIn(earlier), valueIn(later))) {
      reported.add(earlier);
      yield { earlier, later };
    }

    const last = greatest[index - 1];
    greatest.push(last === undefined || valueIn(last) < valueIn(later) ? later : last);
  }
}
