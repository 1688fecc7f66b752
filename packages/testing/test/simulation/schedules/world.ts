import type { Clock, connect, Lock } from "@fenceline/core";
import type { EtcdPort } from "@fenceline/core/etcd-port";
import {
  createSimulatedClock,
  createSimulatedEtcd,
  type SimulatedClock,
  type SimulatedEtcd,
} from "@fenceline/testing";
import { createJournal, type Journal } from "./journal.js";
import { createMarkWatch, type MarkWatch } from "./mark-watch.js";
import { createQueueWatch, type QueueWatch } from "./queue-watch.js";
import { createRegister, type Register } from "./register.js";
import type { Schedule } from "./schedule.js";

/** What is put to the test: Fenceline, or Fenceline with a fault planted in it. */
export interface Subject {
  readonly connect: typeof connect;
  /** Stands between the coordinator and its connection. */
  readonly port?: ((port: EtcdPort, world: World) => EtcdPort) | undefined;
  /** Stands between the coordinator and who uses a lock. */
  readonly lock?: ((lock: Lock, leaseId: bigint) => Lock) | undefined;
  /** Every process draws the same numbers. */
  readonly sameRandom?: boolean | undefined;
  /** The register accepts every write. */
  readonly unguarded?: boolean | undefined;
}

/** Everything outside of the nodes. */
export interface World {
  readonly schedule: Schedule;
  readonly clock: SimulatedClock;
  readonly etcd: SimulatedEtcd;
  readonly journal: Journal;
  readonly queues: QueueWatch;
  readonly marks: MarkWatch;
  readonly register: Register;
  /** Which worker has opened which lease. */
  readonly leaseOwners: Map<bigint, string>;
}

export function createWorld(schedule: Schedule, subject: Subject): World {
  const clock = createSimulatedClock();
  const journal = createJournal(clock.now);
  const queues = createQueueWatch(() => etcd.store, journal, clock.now);
  const marks = createMarkWatch({ schedule, store: () => etcd.store, queues, now: clock.now });
  const register = createRegister(journal, clock.now, subject.unguarded !== true);
  const leaseOwners = new Map<bigint, string>();
  const etcd = createSimulatedEtcd(clock, {
    version: schedule.version,
    onTxn(request, { succeeded }) {
      queues.onTxn(request);
      register.onTxn(request, succeeded);
    },
    onDeleted(keys) {
      marks.onDeleted(keys);
      queues.onDeleted(keys);
    },
    onLeaseEnded(leaseId, how) {
      marks.cutOff(({ lease }) => lease === leaseId);
      const worker = leaseOwners.get(leaseId);
      if (worker !== undefined) journal.write({ kind: "session-ended", ms: clock.now(), worker, how });
    },
  });
  return { schedule, clock, etcd, journal, queues, marks, register, leaseOwners };
}

export function sleep(clock: Clock, durationMs: number): Promise<void> {
  return new Promise((resolve) => clock.startTimer(durationMs, resolve));
}
