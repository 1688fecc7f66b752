import type { CheckName, HistoryEvent } from "@fenceline/testing";
import { type LockHistory, readHistory } from "../../../dist/history/history.js";
import type { Holding } from "../../../dist/history/operation.js";
import { beliefEndMs, pausedBetween, type Worker } from "../../../dist/history/worker.js";
import type { RandomSource } from "./random-source.js";

type EventOf<Kind extends HistoryEvent["kind"]> = Extract<HistoryEvent, { kind: Kind }>;

/** A correct history of one lock, ready to be made wrong. */
interface Original extends LockHistory {
  readonly events: readonly HistoryEvent[];
  readonly worker: (name: string) => Worker;
  readonly endMs: number;
  readonly random: RandomSource;
}

/** One way to make a correct history wrong. */
export interface Mutation {
  readonly name: string;
  /** Which check has to find it. */
  readonly check: CheckName;
  /** `undefined` where there is nothing in the history to which this can be done. */
  readonly apply: (original: Original) => readonly HistoryEvent[] | undefined;
}

export function prepare(events: readonly HistoryEvent[], random: RandomSource): Original {
  const history = readHistory(events);
  const [lock] = history.locks;
  if (lock === undefined) throw new Error("a history of no lock");
  return { ...lock, events, worker: history.worker, endMs: history.endMs, random };
}

export const mutations: readonly Mutation[] = [
  {
    name: "swaps the tokens of two grants",
    check: "token-order",
    apply: (original) => swap(original, "token"),
  },
  {
    name: "swaps the create revisions of two grants",
    check: "fairness",
    apply: (original) => swap(original, "createRevision"),
  },
  {
    name: "grants a token twice",
    check: "token-order",
    apply(original) {
      const pair = choose(original, inTurn(original));
      return pair && change(original, pair[1].grant, { token: pair[0].grant.token });
    },
  },
  {
    name: "lets two holdings overlap, by a late end",
    check: "exclusion",
    apply(original) {
      const pair = choose(original, inTurn(original));
      return pair && endLater(original, ...pair);
    },
  },
  {
    name: "lets two holdings overlap, which no lock could have done",
    check: "linearizability",
    apply(original) {
      const pair = choose(original, inTurn(original));
      return pair && endLater(original, ...pair);
    },
  },
  {
    name: "never tells a holder that stood still for too long",
    check: "exclusion",
    apply(original) {
      const { events, holdings, worker } = original;
      const told = choose(
        original,
        holdings.filter(
          ({ beliefEnded, grant, worker: name }) =>
            beliefEnded?.why === "aborted" &&
            worker(name).crashMs === Infinity &&
            holdings.some(
              (other) =>
                other.grant.ms > grant.ms &&
                beliefEndMs(other, worker(other.worker)) > beliefEnded.ms + 200 &&
                isAwake(original, other) &&
                !pausedBetween(worker(name), beliefEnded.ms, Infinity),
            ),
        ),
      );
      return told && events.filter((event) => event !== told.beliefEnded);
    },
  },
  {
    name: "accepts a write after one with a newer token",
    check: "fenced-effects",
    apply(original) {
      const { effects, events } = original;
      const newer = choose(
        original,
        effects.filter(({ accepted, token }) => accepted && isNewer(original, token)),
      );
      const older = newer && original.holdings.find(({ grant }) => grant.token < newer.token);
      if (newer === undefined || older === undefined) return undefined;
      const { worker } = older;
      const ms = newer.ms + 0.001;
      return [...events, { ...newer, worker, token: older.grant.token, beginMs: newer.ms, ms }];
    },
  },
  {
    name: "accepts a write that was refused",
    check: "fenced-effects",
    apply(original) {
      const refused = choose(
        original,
        original.effects.filter(({ accepted }) => !accepted),
      );
      return refused && change(original, refused, { accepted: true });
    },
  },
  {
    name: "lets writes of two tokens overlap",
    check: "fenced-effects",
    apply(original) {
      const accepted = original.effects.filter((effect) => effect.accepted);
      const first = choose(
        original,
        accepted.filter((effect, index) => (accepted[index + 1]?.token ?? effect.token) !== effect.token),
      );
      const next = first && accepted[accepted.indexOf(first) + 1];
      return next && change(original, first, { ms: next.beginMs + 0.001 });
    },
  },
  {
    name: "accepts a write with a token that nobody was granted",
    check: "fenced-effects",
    apply(original) {
      const last = original.effects.filter(({ accepted }) => accepted).at(-1);
      return last && change(original, last, { token: last.token + 1n });
    },
  },
  {
    name: "drops the end of a wait",
    check: "ended-waits",
    apply: (original) => drop(original, ["fail", "info"], "acquire"),
  },
  {
    name: "drops the end of a release",
    check: "ended-waits",
    apply: (original) => drop(original, ["ok", "info"], "release"),
  },
  {
    name: "passes over a waiter until it gives up",
    check: "fairness",
    apply(original) {
      const passed = choose(original, original.holdings);
      const { createRevision } = passed?.grant ?? {};
      if (passed === undefined || createRevision === undefined) return undefined;
      const of = { operation: "late-1", worker: "late", lock: original.lock };
      return [
        ...original.events,
        { kind: "invoke", call: "acquire", ms: passed.invokedMs, ...of },
        { kind: "queued", createRevision: createRevision - 1n, ms: passed.invokedMs, ...of },
        { kind: "fail", call: "acquire", ms: passed.grant.ms + 0.001, ...of },
      ];
    },
  },
  {
    name: "leaves an entry of a dead or idle worker in the queue",
    check: "leftovers",
    apply({ endMs, events, lock, operations, random }) {
      const { worker } = random.pick(operations);
      return [...events, { kind: "entries-left", ms: endMs + 1, entries: [{ lock, key: "k", worker }] }];
    },
  },
  {
    name: "grants a lock late after its holder died",
    check: "recovery",
    apply(original) {
      const { events, holdings, operations, worker } = original;
      const died = choose(
        original,
        holdings.filter((holding) => {
          const { crashMs } = worker(holding.worker);
          return (
            beliefEndMs(holding, worker(holding.worker)) === crashMs &&
            crashMs < Infinity &&
            operations.some(
              (other) =>
                other.call === "acquire" &&
                other.worker !== holding.worker &&
                other.invokedMs < crashMs &&
                (other.ended?.ms ?? 0) > crashMs,
            )
          );
        }),
      );
      if (died === undefined) return undefined;
      const { crashMs } = worker(died.worker);
      return events.map((event) => (event.ms > crashMs ? later(event, 5_000) : event));
    },
  },
];

function choose<T>({ random }: Original, list: readonly T[]): T | undefined {
  return list.length === 0 ? undefined : random.pick(list);
}

/** Pairs of neighbours whose workers ran all the time; the second asked after the first was granted. */
function inTurn(original: Original): readonly (readonly [Holding, Holding])[] {
  const { holdings } = original;
  return holdings.flatMap((first, index) => {
    const second = holdings[index + 1];
    const isPlain =
      second !== undefined &&
      first.worker !== second.worker &&
      first.grant.ms < second.invokedMs &&
      first.beliefEnded?.why === "released" &&
      isAwake(original, first) &&
      isAwake(original, second);
    return isPlain ? [[first, second] as const] : [];
  });
}

/** Whether the worker of a holding neither died nor stood still nor lost its session, in the whole history. */
function isAwake({ worker: workerOf }: Original, { worker }: Holding): boolean {
  const { crashMs, pauses, sessionEnds } = workerOf(worker);
  return crashMs === Infinity && pauses.length === 0 && sessionEnds.length === 0;
}

function isNewer({ holdings }: Original, token: bigint): boolean {
  return holdings.some(({ grant }) => grant.token < token);
}

function change<E extends HistoryEvent>(
  { events }: Original,
  changed: E,
  fields: Partial<E>,
): readonly HistoryEvent[] {
  return events.map((event) => (event === changed ? { ...event, ...fields } : event));
}

function swap(original: Original, field: "createRevision" | "token"): readonly HistoryEvent[] | undefined {
  const pair = choose(original, inTurn(original));
  if (pair === undefined) return undefined;
  const [{ grant: first }, { grant: second }] = pair;
  const { events } = original;
  return events.map((event) => {
    if (event === first) return { ...first, [field]: second[field] };
    return event === second ? { ...second, [field]: first[field] } : event;
  });
}

/** Moves the end of the first holding into the second. */
function endLater({ events, worker }: Original, first: Holding, second: Holding): readonly HistoryEvent[] {
  const endMs = beliefEndMs(second, worker(second.worker));
  const shiftMs = (second.grant.ms + endMs) / 2 - (first.releaseInvokedMs ?? 0);
  return events.map((event) => {
    const isMoved = "operation" in event && event.operation === first.id && event.ms > first.grant.ms;
    return isMoved ? later(event, shiftMs) : event;
  });
}

function later(event: HistoryEvent, byMs: number): HistoryEvent {
  if (event.kind === "effect") return { ...event, beginMs: event.beginMs + byMs, ms: event.ms + byMs };
  return { ...event, ms: event.ms + byMs };
}

function drop(
  original: Original,
  kinds: readonly HistoryEvent["kind"][],
  call: "acquire" | "release",
): readonly HistoryEvent[] | undefined {
  const { events, worker } = original;
  const dropped = choose(
    original,
    events.filter(
      (event): event is EventOf<"fail" | "info" | "ok"> =>
        "call" in event &&
        event.call === call &&
        kinds.includes(event.kind) &&
        worker(event.worker).crashMs === Infinity,
    ),
  );
  return dropped && events.filter((event) => event !== dropped);
}
