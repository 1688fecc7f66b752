import { randomBytes } from "node:crypto";
import type { Simulation } from "./simulation.js";

/** A lock held by a simulated Python node. */
export interface ToozLock {
  readonly key: string;
  /** False, as in tooz, when the key is not this holder's any more. */
  release(): Promise<boolean>;
}

/** A Python node of Cinder on tooz's etcd3gw driver: it tries each second and keeps no place in any order. */
export interface ToozClient {
  tryAcquire(name: string): Promise<ToozLock | undefined>;
  acquire(name: string): Promise<ToozLock>;
}

const LEASE_TTL_S = 30;
const POLL_MS = 1_000;

export function createToozClient({ clock, etcd }: Simulation): ToozClient {
  const { port } = etcd.connect();
  const client: ToozClient = {
    async tryAcquire(name) {
      const key = `/tooz/lockscinder-${name}`;
      const value = randomBytes(16);
      const lease = randomBytes(8).readBigUInt64BE() >> 1n;
      await port.leaseGrant(lease, LEASE_TTL_S);
      const { succeeded } = await port.txn({
        compare: [{ target: "create", key, result: "equal", value: 0n }],
        success: [{ type: "put", key, value, lease }],
        failure: [{ type: "range", key }],
      });
      if (!succeeded) return undefined;
      return {
        key,
        async release() {
          const answer = await port.txn({
            compare: [{ target: "value", key, result: "equal", value }],
            success: [{ type: "delete", key }],
          });
          return answer.succeeded;
        },
      };
    },
    async acquire(name) {
      for (;;) {
        const lock = await client.tryAcquire(name);
        if (lock !== undefined) return lock;
        await new Promise<void>((resolve) => clock.startTimer(POLL_MS, resolve));
      }
    },
  };
  return client;
}
