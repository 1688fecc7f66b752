import { type FaultFamily, simulation, unit } from "./fault-cell.js";

export const waiters: FaultFamily = {
  letter: "B",
  title: "Who waits for a lock",
  cells: [
    {
      id: "B1",
      fault: "a waiter is killed (SIGKILL), at any place in the queue",
      outcome: "the others keep their order, and wait no longer than its TTL if it stood before them",
      scopes: ["global"],
      promises: ["order", "no lock is lost"],
      also: { schedules: ["crash"], chaos: ["worker-kill"] },
    },
    {
      id: "B2",
      fault: "an acquire is aborted, at each of its steps",
      outcome:
        "it rejects within 10 ms, and its entry is gone after one call, or with its lease where etcd is away",
      scopes: ["process", "node", "global"],
      promises: ["no lock is lost", "no silent wait"],
      also: {
        schedules: ["take"],
        tests: [
          ...simulation(
            "global-locks.test.ts",
            "leaves nothing in the queue when a wait is aborted, and rejects with the caller's own reason",
          ),
          ...simulation(
            "aborted-acquires.test.ts",
            "rejects and leaves nothing, in whatever order answers and the abort come",
          ),
          ...unit(
            "node-locks.test.ts",
            "rejects at once on abort, and gives the late grant back",
            "loses no lock when grant and abort come together",
          ),
        ],
      },
    },
    {
      id: "B3",
      fault: "the waiter's lease dies while it waits",
      outcome: "it is never granted the lock: its acquire rejects",
      scopes: ["global"],
      promises: ["exclusion", "no silent wait"],
      also: {
        schedules: ["pause", "revoke"],
        tests: [
          ...simulation("session.test.ts", "tells a waiter at once that its session is gone"),
          ...simulation("bugs/bugs-of-sessions.ts", "nobody looks at the lease again after a wait"),
        ],
      },
    },
    {
      id: "B4",
      fault: "the event that the lock is free is lost, as its watch is reset",
      outcome: "the waiter reads the queue again, and has the lock",
      scopes: ["global"],
      promises: ["no silent wait"],
      also: {
        schedules: ["lose-events", "break-watches"],
        tests: simulation(
          "global-locks.test.ts",
          "goes on waiting when the watch breaks, and is granted the lock",
          "is granted the lock within a TTL when the event of the release is lost",
        ),
      },
    },
    {
      id: "B5",
      fault: "a thousand waiters want one lock",
      outcome:
        "first come, first served; a release wakes one of them, and a grant takes a fixed number of calls",
      scopes: ["global"],
      promises: ["order", "no silent wait"],
    },
    {
      id: "B6",
      fault:
        "the waiter stands still for longer than its TTL between etcd's answer and the end of its acquire",
      outcome: "the acquire rejects: its session is lost",
      scopes: ["global"],
      promises: ["exclusion"],
      also: {
        schedules: ["pause"],
        tests: simulation("bugs/bugs-of-sessions.ts", "nobody looks at the lease again after a wait"),
      },
    },
  ],
};
