import { type FaultKind, faultKinds } from "./fault-kinds.js";
import { createRandom, type Random } from "./random.js";

/** One fault of the schedule. */
export interface PlannedFault {
  /** Names it in the history: `f7-leader-kill`. */
  readonly id: string;
  readonly kind: FaultKind;
  /** Counted from the start of the load. Later, if the faults before took longer than planned. */
  readonly startMs: number;
  readonly durationMs: number;
  /** Whom it hits, where nobody is the better target at that time: a place among the workers and the members. */
  readonly worker: number;
  readonly member: number;
}

/** Faults that are injected together: one, or a pair. */
export type PlannedStep = readonly PlannedFault[];

export interface ScheduleOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly nodes: number;
  readonly kinds: readonly FaultKind[];
  /** Come before all others. Default: none. */
  readonly firstFaults?: readonly FaultKind[] | undefined;
  /** How long kinds last that are to last longer, or shorter, than they do elsewhere. Default: none. */
  readonly lastsMs?: Durations | undefined;
}

/** At least and at most, in milliseconds. */
export type Durations = Readonly<Partial<Record<FaultKind, readonly [number, number]>>>;

/** The load begins without faults. */
const LEAD_MS = 3_000;
/** Between two steps: so long the cluster has to itself. */
const GAP_MS: readonly [number, number] = [1_500, 3_000];
/** Nothing is injected at the end: what was broken must be whole again when the last operations come. */
const CALM_MS = 6_000;
const PAIRS = 0.5;
/** Come twice where others come once: they are what makes a late write, without which a run proves nothing. */
const FREQUENT: readonly FaultKind[] = ["worker-pause"];

/**
 * Plans the faults of a run: steps one after the other, about half of them pairs of faults that act on different
 * things. Every kind has come before the kinds begin anew. The same options give the same schedule.
 */
export function planFaults(options: ScheduleOptions): readonly PlannedStep[] {
  const { firstFaults = [], kinds, lastsMs = {}, nodes, seconds, seed } = options;
  const random = createRandom(`schedule ${seed}`);
  const deck = createDeck(kinds, firstFaults, random);
  const steps: PlannedStep[] = [];
  let startMs = LEAD_MS;
  for (let number = 1; ; number += 1) {
    const first = plan(deck.draw(), `f${number}`, startMs);
    const partner = random.next() < PAIRS ? deck.drawOtherThan(first.kind) : undefined;
    const step = partner === undefined ? [first] : [first, planPartner(partner, `f${number}`, first)];
    const endMs = Math.max(...step.map((fault) => fault.startMs + fault.durationMs));
    if (endMs > seconds * 1_000 - CALM_MS) return steps;
    steps.push(step);
    startMs = endMs + random.integer(...GAP_MS);
  }

  function plan(kind: FaultKind, step: string, atMs: number): PlannedFault {
    return {
      id: `${step}-${kind}`,
      kind,
      startMs: atMs,
      durationMs: random.integer(...(lastsMs[kind] ?? faultKinds[kind].lastsMs)),
      worker: random.integer(0, nodes - 1),
      member: random.integer(0, 2),
    };
  }

  /** Begins within a second of the first, at another worker. */
  function planPartner(kind: FaultKind, step: string, first: PlannedFault): PlannedFault {
    const fault = plan(kind, step, first.startMs + random.integer(0, 1_000));
    const isSame = fault.worker === first.worker;
    return isSame ? { ...fault, worker: (fault.worker + 1) % nodes } : fault;
  }
}

interface Deck {
  draw(): FaultKind;
  /** The next kind of another group; `undefined` if there is none. */
  drawOtherThan(kind: FaultKind): FaultKind | undefined;
}

function createDeck(kinds: readonly FaultKind[], first: readonly FaultKind[], random: Random): Deck {
  let cards: FaultKind[] = [...first];
  return {
    draw() {
      if (cards.length === 0)
        cards = random.shuffle([...kinds, ...FREQUENT.filter((kind) => kinds.includes(kind))]);
      return cards.shift() as FaultKind;
    },
    drawOtherThan(kind) {
      const { group } = faultKinds[kind];
      const place = cards.findIndex((card) => faultKinds[card].group !== group);
      return place === -1 ? undefined : cards.splice(place, 1)[0];
    },
  };
}
