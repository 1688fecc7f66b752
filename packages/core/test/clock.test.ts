import assert from "node:assert/strict";
import fc from "fast-check";
import sinon from "sinon";
import { type Clock, createSystemClock, type TimeSources } from "../dist/clock.js";

interface Machine extends TimeSources {
  run(ms: number): void;
  suspend(ms: number): void;
  setWallClock(byMs: number): void;
}

function createMachine(): Machine {
  const time = { monotonic: 5_000, wall: 1_767_225_600_000, uptime: 9_000 };
  return {
    monotonicMs: () => time.monotonic,
    wallMs: () => time.wall,
    uptimeMs: () => time.uptime,
    run(ms) {
      time.monotonic += ms;
      time.wall += ms;
      time.uptime += ms;
    },
    suspend(ms) {
      time.wall += ms;
      time.uptime += ms;
    },
    setWallClock(byMs) {
      time.wall += byMs;
    },
  };
}

describe("the system clock's now", () => {
  let machine: Machine;
  let clock: Clock;
  let start: number;
  const elapsed = (): number => clock.now() - start;

  beforeEach(() => {
    machine = createMachine();
    clock = createSystemClock(machine);
    start = clock.now();
  });

  it("goes with the machine", () => {
    machine.run(1_234);
    assert.equal(elapsed(), 1_234);
  });

  it("counts the time while the machine is suspended, each time", () => {
    machine.suspend(10_000);
    assert.equal(elapsed(), 10_000);
    machine.run(500);
    machine.suspend(3_000);
    assert.equal(elapsed(), 13_500);
    assert.equal(elapsed(), 13_500);
  });

  it("counts short suspensions once they add up", () => {
    for (let times = 0; times < 10; times++) machine.suspend(100);
    assert.equal(elapsed(), 1_000);
  });

  it("does not care where the wall clock is set", () => {
    machine.setWallClock(3_600_000);
    assert.equal(elapsed(), 0);
    machine.setWallClock(-7_200_000);
    machine.run(10);
    assert.equal(elapsed(), 10);
  });

  it("counts a suspension also when the wall clock is set right after it", () => {
    machine.suspend(10_000);
    machine.setWallClock(-60_000);
    assert.equal(elapsed(), 10_000);
  });

  it("counts each suspension after the wall clock was set", () => {
    machine.setWallClock(-60_000);
    clock.now();
    machine.suspend(10_000);
    assert.equal(elapsed(), 10_000);
  });

  it("does not take a coarse uptime for a suspension", () => {
    machine.run(199);
    const uptimeMs = (): number => Math.floor(machine.uptimeMs() / 200) * 200;
    const coarse = createSystemClock({ ...machine, uptimeMs });
    const begin = coarse.now();
    machine.run(1);
    machine.setWallClock(60_000);
    assert.equal(coarse.now() - begin, 1);
  });

  it("asks for the uptime, which costs a system call, only after a jump of the wall clock", () => {
    const uptimeMs = sinon.spy(machine.uptimeMs);
    const tested = createSystemClock({ ...machine, uptimeMs });
    machine.run(1_000);
    tested.now();
    assert.equal(uptimeMs.callCount, 1);
    machine.setWallClock(60_000);
    tested.now();
    tested.now();
    assert.equal(uptimeMs.callCount, 2);
  });

  it("never goes back, never runs ahead, and lags less than a quarter second without wall clock changes", () => {
    const step = fc.record({
      kind: fc.constantFrom("run", "suspend", "setWallClock"),
      ms: fc.integer({ min: 0, max: 100_000 }),
      back: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const own = createMachine();
        const tested = createSystemClock(own);
        const begin = tested.now();
        const wallWasSet = steps.some(({ kind }) => kind === "setWallClock");
        let real = 0;
        let last = begin;
        for (const { kind, ms, back } of steps) {
          if (kind === "setWallClock") own.setWallClock(back ? -ms : ms);
          else {
            own[kind as "run" | "suspend"](ms);
            real += ms;
          }
          const now = tested.now();
          assert.ok(now >= last, "went back");
          assert.ok(now - begin <= real, "ran ahead");
          if (!wallWasSet) assert.ok(real - (now - begin) <= 250, "lagged");
          last = now;
        }
      }),
    );
  });

  it("tells the wall clock as it is", () => {
    machine.setWallClock(77);
    assert.equal(clock.wallNow(), machine.wallMs());
  });

  it("reads this machine's clocks unless told otherwise", () => {
    const system = createSystemClock();
    const before = system.now();
    assert.ok(system.now() >= before);
    assert.ok(Math.abs(system.wallNow() - Date.now()) < 1_000);
  });
});

describe("the system clock's timers", () => {
  const clock = createSystemClock(createMachine());
  let timers: sinon.SinonFakeTimers;

  beforeEach(() => {
    timers = sinon.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => timers.restore());

  it("call back once, not before their time", () => {
    const callback = sinon.spy();
    clock.startTimer(100, callback);
    timers.tick(99);
    assert.equal(callback.callCount, 0);
    timers.tick(1_000);
    assert.equal(callback.callCount, 1);
  });

  it("do not call back when cancelled", () => {
    const callback = sinon.spy();
    clock.startTimer(100, callback).cancel();
    timers.tick(1_000);
    assert.equal(callback.callCount, 0);
  });

  it("may be longer than setTimeout takes, and be cancelled in any part", () => {
    const longest = 2 ** 31 - 1;
    const callback = sinon.spy();
    const cancelled = sinon.spy();
    clock.startTimer(2 * longest + 10, callback);
    const timer = clock.startTimer(2 * longest + 10, cancelled);
    timers.tick(longest + 5);
    timer.cancel();
    timers.tick(longest + 4);
    assert.equal(callback.callCount, 0);
    timers.tick(1);
    assert.equal(callback.callCount, 1);
    assert.equal(cancelled.callCount, 0);
  });

  it("call back soon for a time that is over", () => {
    const callback = sinon.spy();
    clock.startTimer(-5, callback);
    timers.tick(1);
    assert.equal(callback.callCount, 1);
  });

  it("keep the process alive only if asked to", () => {
    timers.restore();
    const setTimeout = sinon.spy(globalThis, "setTimeout");
    try {
      const quiet = clock.startTimer(60_000, () => {});
      const awaited = clock.startTimer(60_000, () => {}, { keepAlive: true });
      assert.deepEqual(
        setTimeout.returnValues.map((timeout) => timeout.hasRef()),
        [false, true],
      );
      quiet.cancel();
      awaited.cancel();
    } finally {
      setTimeout.restore();
    }
  });
});
