import fc from "fast-check";
import { type Fault, NODES, type Schedule, type Step, type Take, TTL_MS } from "./schedule.js";

/** What schedules are made of. */
export interface ScheduleOptions {
  /** The locks that are asked for. Default: a and b. */
  readonly locks?: readonly string[] | undefined;
  /** What can go wrong. Default: everything. */
  readonly faults?: readonly Fault["do"][] | undefined;
  /** How locks are laid down in etcd. Default: mostly in queues, sometimes as Cinder does, or both. */
  readonly wires?: readonly Schedule["wire"][] | undefined;
  /** How many nodes do something. Default: all. */
  readonly nodes?: number | undefined;
  /** Whether every lock has a delay. Default: in half of the schedules some have. */
  readonly delayed?: boolean | undefined;
}

/** Within what time steps begin, in milliseconds. */
const LENGTH_MS = 20_000;

const atMs = fc.nat(LENGTH_MS);
const forMs = fc.integer({ min: 1, max: 3 * TTL_MS });

/** Schedules of requests, and of what goes wrong meanwhile. */
export function scheduleArbitrary(options: ScheduleOptions = {}): fc.Arbitrary<Schedule> {
  const { locks = ["a", "b"], nodes = NODES, wires = ["etcd", "etcd", "cinder", "both"] } = options;
  const node = fc.nat(nodes - 1);
  const everything = faultArbitraries(node);
  const { faults = Object.keys(everything) } = options;
  const fault = faults.map((what) => everything[what as Fault["do"]]);
  const step: fc.Arbitrary<Step> = fc.oneof(
    { arbitrary: takeArbitrary(locks, node), weight: 3 },
    { arbitrary: fc.oneof(...fault), weight: 1 },
  );
  return fc
    .record({
      seed: fc.nat(),
      version: fc.constantFrom("3.4.23" as const, "3.6.5" as const),
      wire: fc.constantFrom(...wires),
      handOver: fc.boolean(),
      steps: fc.array(step, { minLength: 2, maxLength: 24, size: "max" }),
      delays: delaysArbitrary(locks, options.delayed),
    })
    .map(({ handOver, ...schedule }) => ({
      ...schedule,
      // What an operator takes away may be handed on: nobody has noticed yet.
      handOver:
        handOver && !schedule.steps.some(({ do: what }) => what === "delete-entry" || what === "revoke"),
    }));
}

function delaysArbitrary(
  locks: readonly string[],
  delayed: boolean | undefined,
): fc.Arbitrary<Schedule["delays"]> {
  const delayMs = fc.integer({ min: 1, max: 2 * TTL_MS });
  if (delayed === true) return fc.record(Object.fromEntries(locks.map((lock) => [lock, delayMs])));
  const some = fc.dictionary(fc.constantFrom(...locks), delayMs, { noNullPrototype: true });
  return fc.oneof(fc.constant(undefined), some);
}

function takeArbitrary(locks: readonly string[], node: fc.Arbitrary<number>): fc.Arbitrary<Take> {
  const [first = "a"] = locks;
  const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.option(arbitrary, { nil: undefined, freq: 2 });
  return fc.record({
    do: fc.constant("take" as const),
    atMs,
    node,
    how: fc.constantFrom("acquire" as const, "acquire" as const, "withLock" as const, "try" as const),
    locks: fc.oneof(
      { arbitrary: fc.constant([first]), weight: 3 },
      { arbitrary: fc.shuffledSubarray([...locks], { minLength: 1 }), weight: 1 },
    ),
    holdMs: fc.oneof(fc.nat(300), fc.nat(2_000), fc.nat(2 * TTL_MS)),
    writes: fc.nat(3),
    writeDelayMs: fc.oneof(fc.nat(5), fc.nat(TTL_MS)),
    careless: fc.boolean(),
    timeoutMs: optional(fc.integer({ min: 1, max: 2 * TTL_MS })),
    abortAfterMs: optional(fc.nat(TTL_MS)),
  });
}

function faultArbitraries(node: fc.Arbitrary<number>): Readonly<Record<Fault["do"], fc.Arbitrary<Fault>>> {
  const lasting = (what: LastingFault): fc.Arbitrary<Fault> =>
    fc.record({ do: fc.constant(what), atMs, node, forMs });
  return {
    "break-watches": fc.record({ do: fc.constant("break-watches" as const), atMs, node }),
    close: lasting("close"),
    crash: lasting("crash"),
    "delete-entry": fc.record({
      do: fc.constant("delete-entry" as const),
      atMs,
      lock: fc.constantFrom("a", "b"),
      place: fc.nat(2),
    }),
    full: fc.record({ do: fc.constant("full" as const), atMs, forMs }),
    isolate: lasting("isolate"),
    jump: fc.record({ do: fc.constant("jump" as const), atMs, node, byMs: fc.nat(2 * TTL_MS) }),
    "late-copy": lasting("late-copy"),
    "late-write": lasting("late-write"),
    "lose-answers": lasting("lose-answers"),
    "lose-events": lasting("lose-events"),
    "lose-requests": lasting("lose-requests"),
    outage: fc.record({ do: fc.constant("outage" as const), atMs, forMs }),
    pause: lasting("pause"),
    revoke: fc.record({ do: fc.constant("revoke" as const), atMs, node }),
    "set-wall-clock": fc.record({
      do: fc.constant("set-wall-clock" as const),
      atMs,
      node,
      byMs: fc.constantFrom(-3_600_000, 3_600_000),
    }),
    slow: fc.record({
      do: fc.constant("slow" as const),
      atMs,
      node,
      forMs,
      delayMs: fc.oneof(fc.nat(800), fc.nat(2_500)),
    }),
  };
}

type LastingFault =
  | "close"
  | "crash"
  | "isolate"
  | "late-copy"
  | "late-write"
  | "lose-answers"
  | "lose-events"
  | "lose-requests"
  | "pause";
