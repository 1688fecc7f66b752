import type { TxnRequest } from "@fenceline/core/etcd-port";
import { isLockKey } from "./lock-keys.js";
import type { Incarnation, SimulatedNode } from "./node.js";
import type { StandingEntry } from "./queue-watch.js";
import { DATA } from "./register.js";
import type { ClusterFault, Fault, NodeFault } from "./schedule.js";
import { endBelief } from "./take.js";
import type { World } from "./world.js";

/** What ends a fault that lasts; `undefined` for one that is over at once. */
type Heal = (() => void) | undefined;

/** Lets a fault happen, and ends it in time. Returns false where it cannot happen: its node is down. */
export function strike(
  fault: Fault,
  nodes: readonly SimulatedNode[],
  world: World,
  onHealed: () => void,
): boolean {
  let heal: Heal;
  if ("node" in fault) {
    const node = nodes[fault.node] as SimulatedNode;
    if (node.current?.coordinator === undefined) return false;
    heal = strikeNode(fault, node, node.current, world);
  } else {
    heal = strikeCluster(fault, world);
  }
  if (heal === undefined || !("forMs" in fault)) return true;
  world.clock.startTimer(fault.forMs, () => {
    heal();
    onHealed();
  });
  return true;
}

function strikeNode(fault: NodeFault, node: SimulatedNode, by: Incarnation, world: World): Heal {
  const { connection, process, worker } = by;
  switch (fault.do) {
    case "lose-requests":
    case "lose-answers":
      connection.network = fault.do === "lose-requests" ? "requests lost" : "answers lost";
      return () => {
        if (node.current === by) connection.network = "whole";
      };
    case "slow":
      connection.answerDelayMs = fault.delayMs;
      return () => {
        connection.answerDelayMs = 1;
      };
    case "isolate":
      connection.cutOffFromMajority = true;
      return () => {
        connection.cutOffFromMajority = false;
      };
    case "late-copy":
      return connection.holdBack((request) => changes(request, isLockKey)).deliver;
    case "late-write":
      return connection.holdBack((request) => changes(request, isData)).deliver;
    case "lose-events":
      connection.loseEvents = true;
      return () => {
        connection.loseEvents = false;
      };
    case "break-watches":
      connection.breakWatches();
      return undefined;
    case "pause":
      if (!process.running) return undefined;
      process.pause();
      world.journal.write({ kind: "pause", worker, ms: world.clock.now() });
      return () => {
        if (node.current !== by) return;
        world.journal.write({ kind: "resume", worker, ms: world.clock.now() });
        process.resume();
      };
    case "crash":
      node.crash();
      return () => void node.start();
    case "close":
      if (!process.running) return undefined;
      void node.close();
      return () => void node.start();
    case "revoke":
      revokeLease(by, world);
      return undefined;
    case "jump":
      process.jump(fault.byMs);
      return undefined;
    case "set-wall-clock":
      process.setWallClock(fault.byMs);
      return undefined;
  }
}

function strikeCluster(fault: ClusterFault, world: World): Heal {
  const { clock, etcd, journal } = world;
  switch (fault.do) {
    case "outage":
      if (!etcd.available) return undefined;
      etcd.available = false;
      journal.write({ kind: "etcd-unavailable", ms: clock.now() });
      return () => {
        etcd.available = true;
        journal.write({ kind: "etcd-available", ms: clock.now() });
      };
    case "full":
      etcd.full = true;
      return () => {
        etcd.full = false;
      };
    case "delete-entry":
      deleteEntry(fault.lock, fault.place, world);
      return undefined;
  }
}

/**
 * Deletes an entry as an operator may. Its holder is not told, which Fenceline does not promise, so its belief is
 * over for the history.
 */
function deleteEntry(lock: string, place: number, world: World): void {
  const { etcd, journal, marks, queues } = world;
  const entry = queues.queueOf(lock)[place];
  if (entry === undefined) return;
  const holders = [...journal.operations.values()].filter(
    ({ believed }) => believed.get(lock) === entry.createRevision,
  );
  if (mayBeGrantedSoon(entry, world)) return;
  for (const holder of holders) endBelief(holder, "refused", world, [lock]);
  if (entry.operation !== undefined) journal.forgetPlace(entry.operation.id);
  marks.cutOff((standing) => standing === entry);
  etcd.deleteKey(entry.key);
}

/** Revokes a lease as an operator may; its holder is told with the next renewal. */
function revokeLease({ coordinator, worker }: Incarnation, world: World): void {
  const { etcd, journal, queues, schedule } = world;
  const state = coordinator?.sessionState;
  if (state === undefined || !("leaseId" in state)) return;
  const own = queues.standing().filter(({ operation }) => operation?.worker === worker);
  if (own.some((entry) => mayBeGrantedSoon(entry, world))) return;
  const operations = [...journal.operations.values()].filter((operation) => operation.worker === worker);
  // Without a queue nobody can tell whose grant may be on its way.
  if (schedule.wire === "cinder" && operations.some(({ ended }) => !ended)) return;
  for (const operation of operations) endBelief(operation, "refused", world);
  etcd.revoke(state.leaseId);
}

/** Whether the word that an entry holds its lock may be on its way: then it is left alone. */
function mayBeGrantedSoon({ createRevision, lock, operation }: StandingEntry, { queues }: World): boolean {
  return operation?.ended === false && queues.queueOf(lock)[0]?.createRevision === createRevision;
}

function isData(key: string): boolean {
  return key.startsWith(DATA);
}

function changes(request: TxnRequest, isWanted: (key: string) => boolean): boolean {
  return request.success.some((op) => {
    if (op.type === "txn") return changes(op.txn, isWanted);
    return op.type !== "range" && isWanted(String(op.key));
  });
}
