import { type FaultFamily, integration, simulation } from "./fault-cell.js";

export const processes: FaultFamily = {
  letter: "H",
  title: "A process as a whole",
  cells: [
    {
      id: "H1",
      fault: "a coordinator is closed while locks are held and waited for",
      outcome: "all waits end within 1 s, and the process ends by itself",
      scopes: ["process", "node", "global"],
      promises: ["no silent wait", "no lock is lost"],
      also: {
        schedules: ["close"],
        tests: [
          ...simulation(
            "global-locks.test.ts",
            "ends waits and gives all back when the coordinator is closed",
          ),
          ...integration(
            "process-faults.itest.ts",
            "lets the process end by itself once the coordinator is closed",
          ),
        ],
      },
    },
    {
      id: "H2",
      fault: "a day under faults",
      outcome: "memory, files and leases do not grow",
      scopes: ["process", "node", "global"],
      promises: ["no lock is lost"],
      withoutFaultTest: "it is the soak, `npm run soak`, and runs for minutes",
    },
    {
      id: "H3",
      fault: "a promise is rejected and nobody handles it",
      outcome: "none is, in any test",
      scopes: ["process", "node", "global"],
      promises: ["no silent wait"],
    },
  ],
};
