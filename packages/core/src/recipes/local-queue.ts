import { raceSignal } from "../signals.js";
import type { StopSignal } from "../stop-signal.js";

/**
 * First come, first served inside this process, for requests of one name or several. A request joins all its
 * queues in one step, so requests are totally ordered and cannot wait for each other in a circle.
 */
export class LocalQueue {
  /** In the order of joining. Arrays, as most have one ticket, and a set for each takes as much as all else of a lock. */
  readonly #queues = new Map<string, Ticket[]>();

  /** Joins the queues of all names at their ends. */
  join(names: readonly string[], owner: TicketOwner = {}): Ticket {
    const { operation, trace } = owner;
    const ticket = new Ticket(this, names, { operation, trace });
    for (const name of names) {
      const queue = this.#queues.get(name);
      if (queue === undefined) this.#queues.set(name, [ticket]);
      else queue.push(ticket);
    }
    this.#admit(ticket);
    return ticket;
  }

  /** Joins only if nobody stands in any of the queues. */
  tryJoin(names: readonly string[], owner?: TicketOwner): Ticket | undefined {
    return names.some((name) => this.#queues.has(name)) ? undefined : this.join(names, owner);
  }

  /** Who keeps the last ticket from being at the head, and how many stand before it; `undefined` if nobody does. */
  blockerOf(ticket: Ticket): { readonly owner: TicketOwner; readonly ahead: number } | undefined {
    const blocked = ticket.names.find((name) => this.head(name) !== ticket);
    const head = blocked === undefined ? undefined : this.head(blocked);
    if (head === undefined) return undefined;
    return { owner: head.owner, ahead: this.waitersBehind(ticket.names) };
  }

  /** How many stand behind the head, in the longest of the queues. */
  waitersBehind(names: readonly string[]): number {
    return Math.max(...names.map((name) => this.length(name) - 1), 0);
  }

  /** The first in the queue of a name. */
  head(name: string): Ticket | undefined {
    return this.#queues.get(name)?.[0];
  }

  /** How many stand in the queue of a name, the head included. */
  length(name: string): number {
    return this.#queues.get(name)?.length ?? 0;
  }

  /** Who comes next for exactly the same names, if nobody comes before on any of them. */
  successorOf(ticket: Ticket): Ticket | undefined {
    let successor: Ticket | undefined;
    for (const name of ticket.names) {
      const [head, second] = this.#queues.get(name) ?? [];
      if (head !== ticket || second === undefined) return undefined;
      successor ??= second;
      if (second !== successor) return undefined;
    }
    return successor?.names.length === ticket.names.length ? successor : undefined;
  }

  /** @internal */
  remove(ticket: Ticket): void {
    for (const name of ticket.names) {
      const queue = this.#queues.get(name);
      const place = queue?.indexOf(ticket) ?? -1;
      if (queue === undefined || place < 0) continue;
      queue.splice(place, 1);
      const [next] = queue;
      if (next === undefined) this.#queues.delete(name);
      else this.#admit(next);
    }
  }

  #admit(ticket: Ticket): void {
    if (ticket.names.every((name) => this.head(name) === ticket)) ticket.admit();
  }
}

/** What those behind a ticket are told of its owner. */
export interface TicketOwner {
  readonly operation?: string | undefined;
  /** A traceparent. */
  readonly trace?: string | undefined;
}

/** A place in one queue or several. */
export class Ticket {
  /** The names in the queues of which the ticket stands. */
  readonly names: readonly string[];
  readonly owner: TicketOwner;
  readonly #queue: LocalQueue;
  #isAtHead = false;
  #tellAtHead: (() => void) | undefined;

  constructor(queue: LocalQueue, names: readonly string[], owner: TicketOwner) {
    this.#queue = queue;
    this.names = names;
    this.owner = owner;
  }

  /** Whether the ticket is, or was, the first in all its queues. */
  get isAtHead(): boolean {
    return this.#isAtHead;
  }

  /** Waits until the ticket is the first in all its queues, or rejects with the signal's reason. */
  atHead(signal?: StopSignal): Promise<void> {
    const admitted = this.#isAtHead
      ? Promise.resolve()
      : new Promise<void>((resolve) => {
          this.#tellAtHead = resolve;
        });
    return raceSignal(admitted, signal);
  }

  /** @internal */
  admit(): void {
    this.#isAtHead = true;
    this.#tellAtHead?.();
  }

  /** Gives the place up, at the head or before. Idempotent. */
  leave(): void {
    this.#queue.remove(this);
  }
}
