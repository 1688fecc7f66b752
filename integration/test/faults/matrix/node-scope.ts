import { type FaultFamily, unit } from "./fault-cell.js";

export const nodeScope: FaultFamily = {
  letter: "G",
  title: "Node scope, and names",
  cells: [
    {
      id: "G1",
      fault: "the holder of a node lock is killed (SIGKILL), and its process id is used again",
      outcome: "the lock is free at once: the kernel knows, no process id is looked at",
      scopes: ["node"],
      promises: ["no lock is lost"],
      also: { tests: unit("node-locks.processes.test.ts", "frees the lock of a process that is killed") },
    },
    {
      id: "G2",
      fault: "a link, a FIFO or a directory stands where the lock file should; wrong owner or mode",
      outcome: "refused, and what it leads to is left as it was",
      scopes: ["node"],
      promises: ["no secrets", "exclusion"],
      also: {
        tests: [
          ...unit("lock-directory.test.ts", "refuses a symbolic link"),
          ...unit("lock-file.test.ts", "a FIFO, without waiting for its other end"),
        ],
      },
    },
    {
      id: "G3",
      fault: "the lock directory is full, read-only or missing; no file can be opened any more",
      outcome: "a typed error",
      scopes: ["node"],
      promises: ["no silent wait"],
      also: { tests: unit("lock-file.test.ts", "blames the directory for a file that cannot be made there") },
    },
    {
      id: "G4",
      fault: "names that lead to other keys or files, or are no text",
      outcome: "refused, or a lock of their own; no file outside the directory",
      scopes: ["process", "node", "global"],
      promises: ["no secrets"],
      also: {
        tests: [
          {
            file: "packages/testing/test/simulation/hostile-names.test.ts",
            title: "is a process lock of its own or refused",
          },
        ],
      },
    },
  ],
};
