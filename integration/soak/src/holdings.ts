import type { Coordinator, Lock } from "@fenceline/core";
import type { Failures } from "./failures.js";
import { takenName, waitsInEtcd } from "./messages.js";

/** The locks that the subject holds, and the requests that wait behind them. */
export interface Holdings {
  /** How many locks are held. */
  readonly held: number;
  /** Locks granted to anybody so far. */
  readonly grants: number;
  /** Takes locks until so many are held. */
  take(locks: number): Promise<void>;
  /** Resolves when all of these requests wait. */
  wait(waiters: number): Promise<void>;
  /** Releases what is held; resolves when the waiters have had their turns too. */
  release(): Promise<void>;
}

/** How many requests are under way at the same time. */
const CALLERS = 64;

export function createHoldings(coordinator: Coordinator, failures: Failures): Holdings {
  const locks: Lock[] = [];
  let waits: Promise<void>[] = [];
  let grants = 0;

  /** Until it is granted. */
  const acquire = async (...request: Parameters<Coordinator["acquire"]>): Promise<Lock> => {
    for (;;) {
      try {
        return await coordinator.acquire(...request);
      } catch (error) {
        failures.note(error);
      }
    }
  };
  const takeTurn = async (name: string, onBlocked: () => void): Promise<void> => {
    const lock = await acquire(name, { onBlocked });
    grants += 1;
    await lock.release();
  };

  return {
    get held() {
      return locks.reduce((sum, lock) => sum + (lock.held ? 1 : 0), 0);
    },
    get grants() {
      return grants;
    },
    async take(count) {
      let next = locks.length;
      await atOnce(CALLERS, async () => {
        while (next < count) {
          next += 1;
          locks.push(await acquire(`held-${next - 1}`));
          grants += 1;
        }
      });
    },
    async wait(waiters) {
      const blocked = Array.from(
        { length: waiters },
        (_, waiter) =>
          new Promise<void>((resolve, reject) => {
            const name = waitsInEtcd(waiter) ? takenName(waiter) : `held-${waiter / 2}`;
            const turn = takeTurn(name, resolve);
            turn.catch(reject);
            waits.push(turn);
          }),
      );
      await Promise.all(blocked);
    },
    async release() {
      await atOnce(CALLERS, async () => {
        for (let lock = locks.pop(); lock !== undefined; lock = locks.pop()) await lock.release();
      });
      await Promise.all(waits);
      waits = [];
    },
  };
}

async function atOnce(callers: number, call: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: callers }, call));
}
