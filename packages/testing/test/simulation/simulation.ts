import { type ConnectOptions, type Coordinator, connect, type Lock } from "@fenceline/core";
import { createSimulatedClock, type SimulatedClock } from "../../dist/simulation/simulated-clock.js";
import type { SimulatedConnection } from "../../dist/simulation/simulated-connection.js";
import { createSimulatedEtcd, type SimulatedEtcd } from "../../dist/simulation/simulated-etcd.js";

/** A node of the simulated service. */
export interface SimulatedNode {
  readonly coordinator: Coordinator;
  readonly connection: SimulatedConnection;
}

export interface Simulation {
  readonly clock: SimulatedClock;
  readonly etcd: SimulatedEtcd;
  node(name: string, options?: Partial<ConnectOptions>): Promise<SimulatedNode>;
  /** Lets time pass until the promise settles. */
  run<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  /** The keys of all entries in queues. */
  queueEntries(): string[];
}

export const TTL_MS = 10_000;

export function createSimulation(clock: SimulatedClock = createSimulatedClock()): Simulation {
  const etcd = createSimulatedEtcd(clock);
  return {
    clock,
    etcd,
    async node(name, options = {}) {
      const connection = etcd.connect();
      const connecting = connect({
        node: name,
        ttlMs: TTL_MS,
        ...options,
        parts: { clock, port: connection.port },
      });
      const coordinator = await clock.advanceUntil(connecting, 60_000);
      // The first renewal and its proof are under way still; tests that count calls start after them.
      await clock.advance(10);
      return { coordinator, connection };
    },
    run: (promise, limitMs = 120_000) => clock.advanceUntil(promise, limitMs),
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

export function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

export type { Lock };
