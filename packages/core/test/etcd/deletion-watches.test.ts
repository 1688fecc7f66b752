import assert from "node:assert/strict";
import { createDeletionWatches } from "../../dist/etcd/deletion-watches.js";
import type { EtcdPort, WatchHandlers } from "../../dist/etcd/port.js";
import { createManualClock } from "../support/manual-clock.js";

/** A port that notes what is asked of its watch streams. */
function createScene() {
  const clock = createManualClock();
  const asked: string[] = [];
  let handlers: WatchHandlers | undefined;
  const port = {
    openWatch(given: WatchHandlers) {
      handlers = given;
      asked.push("open");
      return {
        create: (id: number, key: string) => asked.push(`create ${id} ${key}`),
        cancel: (id: number) => asked.push(`cancel ${id}`),
        close: () => asked.push("close"),
      };
    },
  } as Partial<EtcdPort> as EtcdPort;
  const watches = createDeletionWatches(port, clock);
  return { clock, asked, watches, etcd: () => handlers as WatchHandlers };
}

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe("watches of deletions", () => {
  it("are ready when etcd says so, and fire when the key is deleted", async () => {
    const { watches, asked, etcd } = createScene();
    using watch = watches.watch("q/1", 5n, "q/");
    assert.deepEqual(asked, ["open", "create 1 q/1"]);
    assert.equal(await isSettled(watch.ready), false);
    assert.equal(watch.stoodAt(100n), false);
    etcd().onCreated(1, 7n);
    assert.equal(await isSettled(watch.ready), true);
    assert.deepEqual([watch.stoodAt(6n), watch.stoodAt(7n)], [false, true]);
    etcd().onDeleted(1, 8n);
    assert.equal(await isSettled(watch.fired), true);
  });

  it("stay for the next wait for the same key, which need not read again", async () => {
    const { watches, asked, etcd } = createScene();
    watches.watch("q/1", 5n, "q/")[Symbol.dispose]();
    etcd().onCreated(1, 7n);
    using again = watches.watch("q/1", 9n, "q/");
    assert.deepEqual(asked, ["open", "create 1 q/1"]);
    assert.ok(again.stoodAt(9n));
    assert.equal(await isSettled(again.ready), true);
  });

  it("tell of a deletion that came before the wait, and not of one of an earlier key of that name", async () => {
    const { watches, etcd } = createScene();
    watches.watch("q/1", 5n, "q/")[Symbol.dispose]();
    etcd().onCreated(1, 7n);
    etcd().onDeleted(1, 10n);
    using later = watches.watch("q/1", 12n, "q/");
    assert.equal(await isSettled(later.fired), false, "the key was created again after that");
    using missed = watches.watch("q/1", 9n, "q/");
    assert.equal(await isSettled(missed.fired), true);
    etcd().onDeleted(1, 11n);
    assert.equal(await isSettled(later.fired), false);
    etcd().onDeleted(1, 13n);
    assert.equal(await isSettled(later.fired), true);
  });

  it("go when a wait in the same queue is for another key, and with it the events that nobody wants", () => {
    const { watches, asked } = createScene();
    watches.watch("q/1", 5n, "q/")[Symbol.dispose]();
    watches.watch("r/1", 5n, "r/")[Symbol.dispose]();
    using _other = watches.watch("q/2", 6n, "q/");
    assert.deepEqual(asked, ["open", "create 1 q/1", "create 2 r/1", "create 3 q/2", "cancel 1"]);
  });

  it("are not taken from those who still wait", async () => {
    const { watches, asked, etcd } = createScene();
    using first = watches.watch("q/1", 5n, "q/");
    const second = watches.watch("q/1", 5n, "q/");
    second[Symbol.dispose]();
    using _other = watches.watch("q/2", 6n, "q/");
    assert.ok(!asked.includes("cancel 1"));
    etcd().onDeleted(1, 8n);
    assert.equal(await isSettled(first.fired), true);
  });

  it("go when nobody has waited for a while, and the stream with the last", () => {
    const { watches, asked, clock } = createScene();
    watches.watch("q/1", 5n, "q/")[Symbol.dispose]();
    const second = watches.watch("r/1", 5n, "r/");
    clock.advance(10_000);
    assert.deepEqual(asked.slice(3), ["cancel 1"]);
    second[Symbol.dispose]();
    clock.advance(10_000);
    assert.deepEqual(asked.slice(4), ["cancel 2", "close"]);
    assert.equal(clock.openTimers, 0);
  });

  it("leave no stream open when etcd has ended the last of them", () => {
    const { watches, asked, etcd, clock } = createScene();
    const watch = watches.watch("q/1", 5n, "q/");
    etcd().onCanceled(1);
    watch[Symbol.dispose]();
    clock.advance(10_000);
    assert.deepEqual(asked, ["open", "create 1 q/1", "close"]);
    assert.equal(clock.openTimers, 0);
    watches.watch("q/1", 5n, "q/");
    watches.close();
    assert.equal(clock.openTimers, 0);
  });

  it("all fire when the stream breaks, and are made anew by the next wait", async () => {
    const { watches, asked, etcd } = createScene();
    const waiting = [watches.watch("q/1", 5n, "q/"), watches.watch("r/1", 5n, "r/")];
    etcd().onFailed(new Error("no leader"));
    for (const watch of waiting) assert.equal(await isSettled(watch.fired), true);
    for (const watch of waiting) watch[Symbol.dispose]();
    using again = watches.watch("q/1", 5n, "q/");
    assert.equal(again.stoodAt(100n), false);
    assert.deepEqual(asked.slice(3), ["open", "create 3 q/1"]);
  });
});
