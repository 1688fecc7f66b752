import type { History } from "../history.js";
import { findInversions } from "../inversions.js";
import type { Holding } from "../operation.js";
import { at, type Violation, who } from "../violation.js";

/** Every grant of a lock carries a token greater than those of all earlier grants, and no token comes twice (P2). */
export function* checkTokenOrder(history: History): Generator<Violation> {
  for (const { holdings, lock } of history.locks) {
    const byToken = new Map<bigint, Holding>();
    for (const holding of holdings) {
      const first = byToken.get(holding.grant.token);
      if (first === undefined) byToken.set(holding.grant.token, holding);
      else
        yield violation(
          lock,
          `the same token was granted twice: to ${noted(first)} and to ${noted(holding)}`,
        );
    }
    const inversions = findInversions(
      history,
      [...byToken.values()],
      tokenOf,
      (before, after) => before > after,
    );
    for (const { earlier, later } of inversions) {
      yield violation(lock, `the token went backwards: ${noted(later)}, after ${noted(earlier)}`);
    }
  }
}

function tokenOf({ grant }: Holding): bigint {
  return grant.token;
}

function noted(holding: Holding): string {
  return `${who(holding)} at ${at(holding.grant.ms)}`;
}

function violation(lock: string, what: string): Violation {
  return { check: "token-order", lock, message: `lock "${lock}": ${what}` };
}
