import { integration, simulation, type TestReference, unit } from "./fault-cell.js";

/** A bug that was seen in etcd, or in locks on it, and the tests that would find it in Fenceline. */
export interface KnownBug {
  readonly bug: string;
  /** Where it was seen. */
  readonly seen: string;
  /** Cells of the fault matrix whose tests find it. */
  readonly cells: readonly string[];
  readonly tests: readonly TestReference[];
}

const planted = (file: string, ...names: readonly string[]) => simulation(`bugs/${file}.ts`, ...names);

export const knownBugs: readonly KnownBug[] = [
  {
    bug: "the lease is not looked at again after a wait",
    seen: "etcd-io/etcd#11456",
    cells: ["B3", "B6"],
    tests: planted("bugs-of-sessions", "nobody looks at the lease again after a wait"),
  },
  {
    bug: "a repeated unlock deletes a later lock of the same session",
    seen: "etcd-io/etcd#22082",
    cells: ["C3"],
    tests: planted("bugs-of-queues", "a release deletes whatever stands under its key"),
  },
  {
    bug: "the lock `a` waits for the lock `a/b`",
    seen: "etcd-io/etcd#6278, etcd-io/website#710",
    cells: ["G4"],
    tests: [
      ...planted("bugs-of-tokens", "the entries of a/b stand in the queue of a"),
      ...integration(
        "neighbours/etcdctl.ntest.ts",
        "keeps a name apart from the names that begin with it and a slash",
      ),
    ],
  },
  {
    bug: "a leader that is none any more answers renewals, and revokes live leases later",
    seen: "etcd-io/etcd#15247",
    cells: ["C7", "D2", "D3", "D5"],
    tests: planted("bugs-of-sessions", "answers to renewals are believed without a proof"),
  },
  {
    bug: "a lease that was revoked is renewed",
    seen: "etcd before 3.4.38 and 3.5.23",
    cells: ["E4"],
    tests: simulation("lying-servers.test.ts", "is not believed when it renews a lease that was revoked"),
  },
  {
    bug: "a member that stood still answers a linearizable read from its past",
    seen: "etcd-io/etcd#20418",
    cells: ["D2"],
    tests: simulation(
      "lying-servers.test.ts",
      "is not asked for a mere read of who is first, which it may answer from its past",
    ),
  },
  {
    bug: "a transaction that only compares is answered by a leader without a majority",
    seen: "measured on 3.4.23 and 3.5.16",
    cells: ["D3"],
    tests: [
      ...planted("bugs-of-sessions", "a renewal is proved by a transaction that only compares"),
      ...unit(
        "etcd/cluster.test.ts",
        "refuses a transaction without operations, which one member would answer alone",
      ),
    ],
  },
  {
    bug: "a watch does not ask for a leader, and is silent on a member that was cut off",
    seen: "measured on 3.4.23 and 3.5.16",
    cells: ["C7"],
    tests: integration(
      "faults/c-watches.ftest.ts",
      "C7 is told by its watch that there is no leader, long before it renews or looks again",
    ),
  },
  {
    bug: "a write that is sent right after the leader's death is stuck for 7 s",
    seen: "measured on 3.4.23 and 3.5.16",
    cells: ["C2", "D1"],
    tests: unit(
      "etcd/cluster.test.ts",
      "moves on from a member that does not answer, and stays with the next",
    ),
  },
  {
    bug: "an acquire that has failed leaves a session alive, and with it a dead place in the queue",
    seen: "a prototype of Fenceline",
    cells: ["B2"],
    tests: [
      ...planted("bugs-of-sessions", "renewals go on after the session was given up"),
      ...planted("bugs-of-queues", "an aborted wait leaves its entry in the queue"),
    ],
  },
  {
    bug: "an acquire returns after its lease has died",
    seen: "a prototype of Fenceline",
    cells: ["B3", "B6"],
    tests: planted("bugs-of-sessions", "nobody looks at the lease again after a wait"),
  },
  {
    bug: "the token is the id of the lease",
    seen: "a common recipe",
    cells: ["A5", "F1"],
    tests: planted("bugs-of-tokens", "the token is made from the lease instead of the revision"),
  },
  {
    bug: "the deadline is counted from the answer to a renewal",
    seen: "a common recipe",
    cells: ["C1", "C5"],
    tests: planted("bugs-of-sessions", "the deadline is counted from the answer instead of the sending"),
  },
  {
    bug: "names with lone surrogates are one key",
    seen: "measured on 3.4.23 and 3.5.16",
    cells: ["G4"],
    tests: planted("bugs-of-tokens", "two names that are no well-formed Unicode are one lock"),
  },
  {
    bug: "a member is looked for at its former port after its restart",
    seen: "testcontainers",
    cells: ["D8", "D9"],
    tests: integration("etcd-cluster.itest.ts", "keeps data and port over kill and restart"),
  },
  {
    bug: "tokens go back when etcd is restored from a snapshot",
    seen: "measured on 3.4.23 and 3.5.16",
    cells: ["D12"],
    tests: unit(
      "etcd/cluster.test.ts",
      "refuses to go on when the revision went back, as after a restored snapshot",
    ),
  },
];
