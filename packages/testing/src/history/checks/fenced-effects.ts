import type { EffectEvent } from "../events.js";
import type { History, LockHistory } from "../history.js";
import { at, type Violation } from "../violation.js";

/**
 * What a fenced resource accepted (P2): writes of different tokens do not overlap, tokens never go backwards,
 * and each token is one that was granted to the worker that wrote. Each resource is judged by itself.
 */
export function* checkFencedEffects(history: History): Generator<Violation> {
  for (const lockHistory of history.locks) {
    const accepted = lockHistory.effects.filter((effect) => effect.accepted);
    yield* checkOwners(lockHistory, accepted);
    yield* checkOrder(accepted);
  }
}

function* checkOrder(accepted: readonly EffectEvent[]): Generator<Violation> {
  /** By resource: the write with the greatest token, and the one that ended last. */
  const seen = new Map<string | undefined, { newest: EffectEvent; last: EffectEvent }>();
  const reported = new Set<EffectEvent>();
  for (const effect of accepted) {
    const { newest, last } = seen.get(effect.resource) ?? { newest: effect, last: effect };
    // Once is enough, not with every later write of an older token.
    if (effect.token < newest.token && !reported.has(newest)) {
      reported.add(newest);
      yield violation(effect, `${describe(effect)} was accepted after ${describe(newest)}`);
    }
    if (effect.token !== last.token && effect.beginMs < last.ms) {
      yield violation(effect, `${describe(effect)} overlaps ${describe(last)}`);
    }
    seen.set(effect.resource, {
      newest: effect.token > newest.token ? effect : newest,
      last: effect.ms >= last.ms ? effect : last,
    });
  }
}

function* checkOwners(
  { holdings, operations }: LockHistory,
  accepted: readonly EffectEvent[],
): Generator<Violation> {
  if (accepted.length === 0) return;
  const owners = new Map(holdings.map(({ grant, worker }) => [grant.token, worker]));
  // A worker can be killed between its grant and the note of it.
  const unsettled = new Set(
    operations.filter(({ ended }) => ended === undefined).map(({ worker }) => worker),
  );
  for (const effect of accepted) {
    const owner = owners.get(effect.token);
    if (owner === effect.worker || (owner === undefined && unsettled.has(effect.worker))) continue;
    const whose = owner === undefined ? "granted to nobody" : `granted to worker ${owner}`;
    yield violation(effect, `${describe(effect)} was accepted with a token ${whose}`);
  }
}

function describe({ beginMs, ms, token, worker }: EffectEvent): string {
  return `the write of worker ${worker} with token ${token} (${at(beginMs)} to ${at(ms)})`;
}

function violation({ lock, resource }: EffectEvent, what: string): Violation {
  const where = resource === undefined ? "" : `, resource "${resource}"`;
  return { check: "fenced-effects", lock, message: `lock "${lock}"${where}: ${what}` };
}
