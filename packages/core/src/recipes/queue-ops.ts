import { type Compare, prefixEnd, type RangeOp } from "../etcd/port.js";

// What is asked of a queue in etcd, given by its prefix.

export function isEmpty(queue: string): Compare {
  return { target: "create", key: queue, rangeEnd: prefixEnd(queue), result: "equal", value: 0n };
}

export function nobodyBefore(queue: string, revision: bigint): Compare {
  return {
    target: "create",
    key: queue,
    rangeEnd: prefixEnd(queue),
    result: "greater",
    value: revision - 1n,
  };
}

export function newest(queue: string): RangeOp {
  return { type: "range", key: queue, rangeEnd: prefixEnd(queue), order: "newest-first", limit: 1 };
}

export function newestBefore(queue: string, revision: bigint): RangeOp {
  return { ...newest(queue), maxCreateRevision: revision - 1n };
}

export function count(queue: string): RangeOp {
  return { type: "range", key: queue, rangeEnd: prefixEnd(queue), countOnly: true };
}
