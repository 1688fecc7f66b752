import { connect } from "@fenceline/core";
import type { EtcdPort, Op, TxnRequest, TxnResponse } from "@fenceline/core/etcd-port";
import type { ScheduleOptions } from "../schedules/arbitrary.js";
import { QUEUES } from "../schedules/lock-keys.js";
import type { Subject, World } from "../schedules/world.js";

/** A fault planted in Fenceline from outside, for the schedules to find. */
export interface PlantedBug {
  /** What is wrong, as it follows "finds that". */
  readonly name: string;
  /** Where it was seen, or what it would do. */
  readonly why: string;
  /** What finds it: the names that problems begin with. */
  readonly foundBy: readonly string[];
  /** What the schedules are made of that find it soon. Default: everything. */
  readonly schedules?: ScheduleOptions;
  readonly plant: () => Promise<Subject> | Subject;
}

/** Fenceline on a port that is not what it should be. */
export function onPort(decorate: (port: EtcdPort, world: World) => Partial<EtcdPort>): () => Subject {
  return () => ({ connect, port: (port, world) => ({ ...port, ...decorate(port, world) }) });
}

/** Fenceline on a port that changes transactions on their way. */
export function onRequests(change: (request: TxnRequest) => TxnRequest): () => Subject {
  return onPort((port) => ({ txn: (request, options) => port.txn(change(request), options) }));
}

/** Whether a transaction enters queues. */
export function enters({ success }: TxnRequest): boolean {
  return success.some((op) => op.type === "put" && isEntry(op));
}

/** Whether a transaction reads who stands before an entry. */
export function inspects({ success }: TxnRequest): boolean {
  return success.some((op) => op.type === "range" && op.maxCreateRevision !== undefined && isEntry(op));
}

/** Whether a transaction does nothing but delete entries; that by their values undoes an entering. */
export function leaves(request: TxnRequest): boolean {
  return deletions(request).length > 0 && !undoes(request);
}

/** Whether a transaction undoes an entering the answer to which was lost. */
export function undoes({ success }: TxnRequest): boolean {
  return success.some((op) => op.type === "txn" && op.txn.compare.some(({ target }) => target === "value"));
}

/** The keys of the entries that a transaction deletes, if it does nothing else. */
export function deletions({ success }: TxnRequest): readonly string[] {
  const keys = success.map((op) => (op.type === "txn" ? deletions(op.txn) : [keyOfDeletion(op)]).flat());
  return keys.some((each) => each.length === 0 || each.includes(undefined)) ? [] : (keys.flat() as string[]);
}

function keyOfDeletion(op: Op): string | undefined {
  return op.type === "delete" && isEntry(op) ? String(op.key) : undefined;
}

function isEntry(op: Exclude<Op, { type: "txn" }>): boolean {
  return String(op.key).startsWith(QUEUES);
}

/** The answer of a transaction that was never sent. */
export function pretended(world: World): Promise<TxnResponse> {
  const { revision } = world.etcd.store;
  return Promise.resolve({ succeeded: true, revision, raftTerm: 1n, results: [], repeated: false });
}
