import type { FaultFamily } from "./fault-cell.js";

export const resources: FaultFamily = {
  letter: "F",
  title: "The resource that a lock protects",
  cells: [
    {
      id: "F1",
      fault: "a write of the last holder arrives after the first one of the next",
      outcome: "it is refused by its token",
      scopes: ["process", "node", "global"],
      promises: ["fencing"],
      also: { schedules: ["late-write"], chaos: ["worker-pause"] },
    },
    {
      id: "F2",
      fault: "the resource is restarted",
      outcome: "it still knows the greatest token, or refuses until it is told",
      scopes: ["process", "node", "global"],
      promises: ["fencing"],
    },
    {
      id: "F3",
      fault: "one lock protects two resources, one of which accepts late",
      outcome: "both refuse the write of an earlier holder",
      scopes: ["global"],
      promises: ["fencing"],
    },
  ],
};
