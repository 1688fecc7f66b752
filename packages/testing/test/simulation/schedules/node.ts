import { type Coordinator, FencelineError } from "@fenceline/core";
import type { EtcdPort } from "@fenceline/core/etcd-port";
import { createGroupCommit } from "@fenceline/core/group-commit";
import { createSimulatedProcess, type SimulatedConnection, type SimulatedProcess } from "@fenceline/testing";
import { type Schedule, type Take, TTL_MS } from "./schedule.js";
import { seededRandom } from "./seeded-random.js";
import { take } from "./take.js";
import { type Subject, sleep, type World } from "./world.js";

/** One process of a node: the worker of a history. */
export interface Incarnation {
  readonly worker: string;
  readonly node: number;
  readonly process: SimulatedProcess;
  readonly connection: SimulatedConnection;
  /** Undefined while it connects. */
  coordinator: Coordinator | undefined;
  /** How many operations it has begun. */
  begun: number;
}

/** A node: one process after the other. */
export interface SimulatedNode {
  /** Undefined while it is down. */
  readonly current: Incarnation | undefined;
  /** Resolves when the node has connected. */
  start(): Promise<void>;
  take(step: Take): void;
  /** The process dies without a word. */
  crash(): void;
  /** The coordinator is closed, and the process is over. */
  close(): Promise<void>;
}

/** Longer than the default, so that entries are handed on often. */
const HAND_OVER_MS = 1_000;
/** The pause of a process before it tries again to connect, in milliseconds. */
const RECONNECT_MS = 1_000;

export function createNode(node: number, schedule: Schedule, world: World, subject: Subject): SimulatedNode {
  let current: Incarnation | undefined;
  let started = 0;

  const connectTo = async (incarnation: Incarnation): Promise<void> => {
    const { connection, process, worker } = incarnation;
    const port = createGroupCommit(process.through(withOwner(connection.port, worker, world)));
    const random = seededRandom(schedule.seed, subject.sameRandom ? "all" : worker);
    for (;;) {
      try {
        incarnation.coordinator = await subject.connect({
          node: worker,
          ttlMs: TTL_MS,
          connectTimeoutMs: TTL_MS,
          wire: schedule.wire === "both" ? ["etcd", "cinder"] : schedule.wire,
          handOver: schedule.handOver ? { maxMs: HAND_OVER_MS } : { maxTurns: 0 },
          parts: {
            clock: process.clock,
            random,
            port: subject.port?.(port, world) ?? port,
          },
        });
        return;
      } catch (error) {
        if (FencelineError.is(error, "invalid_argument")) throw error;
        await sleep(process.clock, RECONNECT_MS);
      }
    }
  };

  return {
    get current() {
      return current;
    },
    async start() {
      started += 1;
      const incarnation: Incarnation = {
        worker: started === 1 ? `n${node}` : `n${node}.${started}`,
        node,
        process: createSimulatedProcess(world.clock),
        connection: world.etcd.connect(),
        coordinator: undefined,
        begun: 0,
      };
      current = incarnation;
      await connectTo(incarnation);
    },
    take(step) {
      const incarnation = current;
      if (incarnation?.coordinator === undefined) return;
      // Through the process's own clock: a process that stands still begins nothing.
      incarnation.process.clock.startTimer(0, () => void take(step, incarnation, world, subject));
    },
    crash() {
      if (current === undefined) return;
      const { connection, process, worker } = current;
      current = undefined;
      process.kill();
      connection.network = "requests lost";
      world.journal.crash(worker);
    },
    async close() {
      const coordinator = current?.coordinator;
      current = undefined;
      await coordinator?.close();
    },
  };
}

/** A connection that notes whose leases are granted through it. */
function withOwner(port: EtcdPort, worker: string, { leaseOwners }: World): EtcdPort {
  return {
    ...port,
    leaseGrant(id, ttlSeconds) {
      leaseOwners.set(id, worker);
      return port.leaseGrant(id, ttlSeconds);
    },
  };
}
