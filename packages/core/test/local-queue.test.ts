import assert from "node:assert/strict";
import fc from "fast-check";
import { LocalQueue, type Ticket } from "../dist/recipes/local-queue.js";

const NAMES = ["a", "b", "c", "d"];

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Tells at any time which tickets have come to the head. */
function watch(ticket: Ticket): { readonly admitted: boolean } {
  const seen = { admitted: false };
  void ticket.atHead().then(() => {
    seen.admitted = true;
  });
  return seen;
}

describe("LocalQueue", () => {
  it("admits at once where nobody stands, and then first come, first served", async () => {
    const queue = new LocalQueue();
    const tickets = [queue.join(["a"]), queue.join(["a"]), queue.join(["a"])];
    for (const ticket of tickets) {
      await ticket.atHead();
      assert.equal(queue.head("a"), ticket);
      ticket.leave();
    }
    assert.equal(queue.head("a"), undefined);
  });

  it("holds a free name back for an earlier request that still waits for another name", async () => {
    const queue = new LocalQueue();
    const holder = queue.join(["a"]);
    const both = watch(queue.join(["a", "b"]));
    const later = watch(queue.join(["b"]));
    await turn();
    assert.deepEqual([both.admitted, later.admitted], [false, false]);
    holder.leave();
    await turn();
    assert.deepEqual([both.admitted, later.admitted], [true, false]);
  });

  it("admits in the order of joining and never deadlocks, whatever the names and whoever leaves when", async () => {
    const names = fc.subarray(NAMES, { minLength: 1 }).chain((chosen) => {
      return fc.shuffledSubarray(chosen, { minLength: chosen.length });
    });
    const step = fc.oneof(
      fc.record({ kind: fc.constant("join" as const), names }),
      fc.record({ kind: fc.constant("tryJoin" as const), names }),
      fc.record({ kind: fc.constant("leave" as const), who: fc.nat() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const queue = new LocalQueue();
        const standing: { readonly ticket: Ticket; readonly seen: { readonly admitted: boolean } }[] = [];
        const share = (a: Ticket, b: Ticket): boolean => a.names.some((name) => b.names.includes(name));

        for (const step of steps) {
          if (step.kind === "leave") {
            const [left] = standing.splice(step.who % Math.max(standing.length, 1), 1);
            left?.ticket.leave();
            left?.ticket.leave();
          } else {
            const free = !standing.some(({ ticket }) =>
              ticket.names.some((name) => step.names.includes(name)),
            );
            const ticket = queue[step.kind](step.names);
            assert.equal(ticket !== undefined, step.kind === "join" || free);
            if (ticket !== undefined) standing.push({ ticket, seen: watch(ticket) });
          }
          await turn();

          for (const [position, { ticket, seen }] of standing.entries()) {
            const before = standing.slice(0, position).some((other) => share(other.ticket, ticket));
            assert.equal(seen.admitted, !before, "admitted exactly if nobody before shares a name");

            const after = standing.slice(position + 1).find((other) => share(other.ticket, ticket))?.ticket;
            const sameNames = after?.names.toSorted().join() === ticket.names.toSorted().join();
            assert.equal(queue.successorOf(ticket), !before && sameNames ? after : undefined);
          }
          for (const name of NAMES) {
            const line = standing.filter(({ ticket }) => ticket.names.includes(name));
            assert.equal(queue.length(name), line.length);
            assert.equal(queue.head(name), line[0]?.ticket);
          }
        }

        for (const { ticket } of standing.splice(0)) ticket.leave();
        assert.ok(queue.tryJoin(NAMES), "a queue was left behind");
      }),
    );
  });

  it("names no successor for a ticket that has left or is not at the head", () => {
    const queue = new LocalQueue();
    const [first, second, third] = [queue.join(["a"]), queue.join(["a"]), queue.join(["a"])];
    assert.equal(queue.successorOf(first), second);
    assert.equal(queue.successorOf(second), undefined);
    first.leave();
    assert.equal(queue.successorOf(first), undefined);
    assert.equal(queue.successorOf(second), third);
  });
});
