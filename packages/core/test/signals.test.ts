import assert from "node:assert/strict";
import { getEventListeners, getMaxListeners, setMaxListeners } from "node:events";
import { LinkedStop, raceSignal, sleep } from "../dist/signals.js";
import { createManualClock } from "./support/manual-clock.js";

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;
const never = new Promise<never>(() => {});

describe("raceSignal", () => {
  it("settles as the promise does and leaves no listener behind", async () => {
    const { signal } = new AbortController();
    assert.equal(await raceSignal(Promise.resolve(7), signal), 7);
    await assert.rejects(raceSignal(Promise.reject(new Error("own")), signal), /own/);
    assert.equal(listeners(signal), 0);
  });

  it("rejects with the very reason of the signal, and leaves no listener behind", async () => {
    const controller = new AbortController();
    const reason = { why: "caller changed their mind" };
    const race = raceSignal(never, controller.signal);
    assert.equal(listeners(controller.signal), 1);
    controller.abort(reason);
    await assert.rejects(race, (error) => error === reason);
    assert.equal(listeners(controller.signal), 0);
  });

  it("rejects for a signal that has aborted before, also when the promise has settled", async () => {
    const signal = AbortSignal.abort("early");
    await assert.rejects(raceSignal(never, signal), (error) => error === "early");
    await assert.rejects(raceSignal(Promise.resolve(7), signal), (error) => error === "early");
    assert.equal(listeners(signal), 0);
  });

  it("leaves no rejection unhandled when the signal has aborted before", async () => {
    const unhandled: unknown[] = [];
    const collect = (reason: unknown): void => void unhandled.push(reason);
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect);
    try {
      await assert.rejects(raceSignal(Promise.reject(new Error("late")), AbortSignal.abort("early")));
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(unhandled, []);
    } finally {
      process.off("unhandledRejection", collect);
      for (const listener of others) process.on("unhandledRejection", listener);
    }
  });

  it("takes any number of waits on one signal, without a warning of a leak", async () => {
    const warnings: Error[] = [];
    const collect = (warning: Error): void => void warnings.push(warning);
    process.on("warning", collect);
    const controller = new AbortController();
    const races = Array.from({ length: 50 }, () => raceSignal(never, controller.signal));
    controller.abort("all");
    const outcomes = await Promise.allSettled(races);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", collect);
    assert.ok(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason === "all"));
    assert.deepEqual(warnings, []);
    assert.equal(getMaxListeners(controller.signal), Number.POSITIVE_INFINITY);
  });

  it("takes a signal whose owner has set the limit to none", async () => {
    const { signal } = new AbortController();
    setMaxListeners(0, signal);
    assert.equal(await raceSignal(Promise.resolve(7), signal), 7);
  });

  it("is the promise itself without a signal", async () => {
    assert.equal(await raceSignal(Promise.resolve(7), undefined), 7);
  });
});

describe("a linked stop", () => {
  const listenTo = (linked: LinkedStop): void => linked.addEventListener("abort", () => {});

  it("listens to nobody, and starts no timer, before somebody listens to it", () => {
    const clock = createManualClock();
    const { signal } = new AbortController();
    using linked = new LinkedStop({ signal, timeoutMs: 10, clock });
    assert.deepEqual([listeners(signal), clock.openTimers], [0, 0]);
    clock.advance(4);
    listenTo(linked);
    assert.deepEqual([listeners(signal), clock.openTimers], [1, 1]);
    clock.advance(5);
    assert.ok(!linked.aborted);
    clock.advance(1);
    assert.ok(linked.aborted);
  });

  it("is aborted by a deadline for which there is no timer yet", () => {
    const clock = createManualClock();
    const timeoutReason = (): Error => new Error("too late");
    const linked = new LinkedStop({ timeoutMs: 10, timeoutReason, clock });
    clock.advance(9);
    assert.ok(!linked.aborted);
    clock.advance(1);
    assert.throws(() => linked.throwIfAborted(), /too late/);
    const disposed = new LinkedStop({ timeoutMs: 10, timeoutReason, clock });
    disposed[Symbol.dispose]();
    clock.advance(10);
    assert.ok(!disposed.aborted);
  });

  it("is aborted by a signal to which it does not listen yet", () => {
    const controller = new AbortController();
    using linked = new LinkedStop({ signal: controller.signal, clock: createManualClock() });
    controller.abort("meanwhile");
    assert.equal(linked.aborted, true);
    assert.equal(linked.reason, "meanwhile");
    assert.throws(
      () => linked.throwIfAborted(),
      (reason) => reason === "meanwhile",
    );
  });

  it("aborts with the first reason, be it the signal's or one from here", () => {
    const clock = createManualClock();
    for (const ends of ["signal", "here"]) {
      const controller = new AbortController();
      using linked = new LinkedStop({ signal: controller.signal, clock });
      const told: unknown[] = [];
      linked.addEventListener("abort", () => told.push(linked.reason));
      assert.ok(!linked.aborted);
      if (ends === "here") linked.abort("here");
      controller.abort("signal");
      linked.abort("late");
      assert.deepEqual([linked.reason, told], [ends, [ends]]);
    }
  });

  it("lets go of the signal and of the timer when disposed", () => {
    const clock = createManualClock();
    const controller = new AbortController();
    const linked = new LinkedStop({ signal: controller.signal, timeoutMs: 10, clock });
    listenTo(linked);
    assert.deepEqual([listeners(controller.signal), clock.openTimers], [1, 1]);
    linked[Symbol.dispose]();
    linked[Symbol.dispose]();
    assert.deepEqual([listeners(controller.signal), clock.openTimers], [0, 0]);
    controller.abort();
    clock.advance(10);
    assert.ok(!linked.aborted);
  });

  it("is aborted from the beginning by a signal that is, and waits for nothing then", () => {
    const clock = createManualClock();
    const linked = new LinkedStop({ signal: AbortSignal.abort("early"), timeoutMs: 10, clock });
    listenTo(linked);
    assert.equal(linked.reason, "early");
    assert.equal(clock.openTimers, 0);
    linked[Symbol.dispose]();
  });

  it("aborts at the deadline with the reason made for it", () => {
    const clock = createManualClock();
    const timeoutReason = (): Error => new Error("too late");
    using linked = new LinkedStop({ timeoutMs: 10, timeoutReason, clock });
    listenTo(linked);
    clock.advance(9);
    assert.ok(!linked.aborted);
    clock.advance(1);
    assert.match(String(linked.reason), /too late/);
  });

  it("starts no timer for an endless deadline, and one for a deadline of nothing", () => {
    const clock = createManualClock();
    using endless = new LinkedStop({ timeoutMs: Number.POSITIVE_INFINITY, clock });
    listenTo(endless);
    assert.equal(clock.openTimers, 0);
    using over = new LinkedStop({ timeoutMs: 0, clock });
    listenTo(over);
    clock.advance(0);
    assert.deepEqual([endless.aborted, over.aborted], [false, true]);
  });
});

describe("sleep", () => {
  it("waits so long", async () => {
    const clock = createManualClock();
    let awake = false;
    const slept = sleep(clock, 10).then(() => {
      awake = true;
    });
    clock.advance(9);
    await Promise.resolve();
    assert.ok(!awake);
    clock.advance(1);
    await slept;
  });

  it("ends with the signal's reason and leaves neither timer nor listener behind", async () => {
    const clock = createManualClock();
    const controller = new AbortController();
    const slept = sleep(clock, 10, controller.signal);
    controller.abort("enough");
    await assert.rejects(slept, (error) => error === "enough");
    await assert.rejects(sleep(clock, 10, controller.signal), (error) => error === "enough");
    assert.deepEqual([clock.openTimers, listeners(controller.signal)], [0, 0]);
  });
});
