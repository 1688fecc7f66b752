import { type FaultFamily, simulation, unit } from "./fault-cell.js";

export const holders: FaultFamily = {
  letter: "A",
  title: "Who holds a lock",
  cells: [
    {
      id: "A1",
      fault: "the holder is killed (SIGKILL)",
      outcome: "the next waiter has the lock within TTL + 0.6 s",
      scopes: ["global"],
      promises: ["no lock is lost", "fencing"],
      also: {
        schedules: ["crash"],
        chaos: ["worker-kill"],
        tests: simulation(
          "simulated-cluster.test.ts",
          "never runs again when it was killed, and its locks are free a TTL later",
        ),
      },
    },
    {
      id: "A2",
      fault: "the holder stands still (SIGSTOP) for less than TTL − margin",
      outcome: "it keeps the lock, and its signal does not abort",
      scopes: ["global"],
      promises: ["exclusion"],
      also: {
        schedules: ["pause"],
        tests: simulation("session.test.ts", "keeps the lock over a pause that is shorter than the lease"),
      },
    },
    {
      id: "A3",
      fault: "the holder stands still (SIGSTOP) for longer than the TTL while it works under the lock",
      outcome:
        "`held` is false at its first instruction, the signal aborts within 20 ms, and its late write is refused",
      scopes: ["global"],
      promises: ["exclusion", "fencing"],
      also: {
        schedules: ["pause"],
        chaos: ["worker-pause"],
        tests: simulation(
          "session.test.ts",
          "is right from the first instruction after a pause, before any timer has run",
        ),
      },
    },
    {
      id: "A4",
      fault: "the holder's event loop is blocked for longer than the TTL",
      outcome: "as A3",
      scopes: ["global"],
      promises: ["exclusion", "fencing"],
      also: { chaos: ["worker-blocked"] },
    },
    {
      id: "A5",
      fault: "the holder stands still between its check and its write",
      outcome: "the write reaches the resource late, and is refused by its token",
      scopes: ["global"],
      promises: ["fencing"],
      also: { schedules: ["late-write", "pause"], chaos: ["worker-pause"] },
    },
    {
      id: "A6",
      fault: "the wall clock is set by 30 s or an hour, forward and back",
      outcome: "nothing: no lock is lost",
      scopes: ["process", "node", "global"],
      promises: ["exclusion", "fencing"],
      also: {
        schedules: ["set-wall-clock"],
        chaos: ["clock-back"],
        tests: [
          ...unit("clock.test.ts", "does not care where the wall clock is set"),
          ...unit(
            "node-locks.test.ts",
            "gives each grant of a key a greater token, also when the clock goes back",
          ),
        ],
      },
    },
    {
      id: "A7",
      fault: "the monotonic clock jumps beyond the TTL, as after a suspended machine",
      outcome: "the lock is lost: `held` is false at once, the signal aborts, and the late write is refused",
      scopes: ["global"],
      promises: ["exclusion", "fencing"],
      also: {
        schedules: ["jump"],
        chaos: ["clock-forward"],
        tests: unit("clock.test.ts", "counts the time while the machine is suspended, each time"),
      },
    },
    {
      id: "A8",
      fault: "the holder throws, is ended with SIGTERM and closes, or calls `process.exit`",
      outcome: "an exception and a close free the lock at once; an exit within TTL + 0.6 s",
      scopes: ["process", "node", "global"],
      promises: ["no lock is lost"],
      also: {
        schedules: ["close"],
        tests: simulation(
          "session.test.ts",
          "revokes its lease when the coordinator is closed, and leaves no timer",
        ),
      },
    },
  ],
};
