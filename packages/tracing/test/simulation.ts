import { type ConnectOptions, type Coordinator, connect } from "@fenceline/core";
import {
  createSimulatedClock,
  createSimulatedEtcd,
  type SimulatedClock,
  type SimulatedConnection,
  type SimulatedEtcd,
} from "@fenceline/testing";

export const TTL_MS = 10_000;

/** Nodes on a simulated etcd, and a clock that goes on when it is told to. */
export interface Simulation {
  readonly clock: SimulatedClock;
  readonly etcd: SimulatedEtcd;
  node(
    name: string,
    options?: Partial<ConnectOptions>,
  ): Promise<{ readonly coordinator: Coordinator; readonly connection: SimulatedConnection }>;
  /** Lets time pass until the promise settles. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** The keys of all entries in queues. */
  queueEntries(): string[];
}

export function createSimulation(): Simulation {
  const clock = createSimulatedClock();
  const etcd = createSimulatedEtcd(clock);
  return {
    clock,
    etcd,
    async node(name, options = {}) {
      const connection = etcd.connect();
      const parts = { clock, port: connection.port };
      const connecting = connect({ node: name, ttlMs: TTL_MS, ...options, parts });
      return { coordinator: await clock.advanceUntil(connecting, 60_000), connection };
    },
    run: (promise) => clock.advanceUntil(promise, 120_000),
    queueEntries: () => etcd.store.keys("fenceline/locks/"),
  };
}

/** The error that a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("Expected a rejection, but the promise resolved");
}
