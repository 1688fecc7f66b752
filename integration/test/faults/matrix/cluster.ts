import { type FaultFamily, simulation, unit } from "./fault-cell.js";

export const cluster: FaultFamily = {
  letter: "D",
  title: "etcd",
  cells: [
    {
      id: "D1",
      fault: "the leader, or another member, is killed (SIGKILL)",
      outcome: "the holder keeps its lock, and an acquire takes at most 2.5 s",
      scopes: ["global"],
      promises: ["exclusion", "no silent wait"],
      also: {
        schedules: ["outage"],
        chaos: ["leader-kill", "member-kill"],
      },
    },
    {
      id: "D2",
      fault: "the leader stands still (SIGSTOP) for 1 to 5 s",
      outcome: "as D1, and nothing happens when it goes on",
      scopes: ["global"],
      promises: ["exclusion", "fencing"],
      also: {
        chaos: ["leader-pause"],
      },
    },
    {
      id: "D3",
      fault: "the leader is cut off from the others, and the client stays connected to it",
      outcome: "as D1: the client moves to another member",
      scopes: ["global"],
      promises: ["exclusion"],
      also: { schedules: ["isolate"], chaos: ["leader-cut-off"] },
    },
    {
      id: "D4",
      fault: "two members do not reach each other, or one way only",
      outcome: "nothing is noticed: no call fails",
      scopes: ["global"],
      promises: ["exclusion", "no silent wait"],
    },
    {
      id: "D5",
      fault: "the leader's disk is frozen for three TTLs, and the client stays connected to it",
      outcome: "the signal aborts before the new leader gives the lock away",
      scopes: ["global"],
      promises: ["exclusion"],
      also: {
        schedules: ["isolate"],
        tests: simulation(
          "session.test.ts",
          "does not believe an answer to a renewal that no majority confirms",
        ),
      },
    },
    {
      id: "D6",
      fault: "the leader's disk is full",
      outcome: "as D1",
      scopes: ["global"],
      promises: ["exclusion", "no silent wait"],
    },
    {
      id: "D7",
      fault: "etcd has used up its quota (alarm NOSPACE)",
      outcome: "an acquire is refused with a typed error; the holder keeps its lock and can release it",
      scopes: ["global"],
      promises: ["no silent wait", "no lock is lost"],
      also: {
        schedules: ["full"],
        chaos: ["disk-full"],
        tests: simulation(
          "simulated-cluster.test.ts",
          "lets go of locks, but takes none, when its disk is full",
        ),
      },
    },
    {
      id: "D8",
      fault: "a majority, or the whole cluster, is down for longer than the TTL",
      outcome:
        "the signal aborts by the deadline; later the old token is refused, and the next grant comes within TTL + 2.5 s",
      scopes: ["global"],
      promises: ["exclusion", "fencing", "no lock is lost"],
      also: {
        schedules: ["outage"],
        chaos: ["cluster-restart", "quorum-loss"],
        tests: simulation(
          "simulated-cluster.test.ts",
          "keeps leases while it has no leader, and begins their TTLs anew with the next one",
        ),
      },
    },
    {
      id: "D9",
      fault: "all members are restarted one after the other; members of 3.4 and 3.5 together",
      outcome: "no lock is lost with a TTL of 5 s or more",
      scopes: ["global"],
      promises: ["exclusion"],
      also: { chaos: ["cluster-restart"] },
    },
    {
      id: "D10",
      fault: "members are added and removed, the leader is moved, a member is defragmented",
      outcome: "no lock is lost",
      scopes: ["global"],
      promises: ["exclusion"],
      also: { chaos: ["defragmentation"] },
    },
    {
      id: "D11",
      fault: "etcd compacts its history beyond where a waiter watches",
      outcome: "the waiter reads the queue again, and has the lock",
      scopes: ["global"],
      promises: ["no silent wait"],
      also: {
        schedules: ["break-watches"],
        chaos: ["compaction"],
      },
    },
    {
      id: "D12",
      fault: "etcd is restored from a snapshot, so that its revisions go back",
      outcome: "it is noticed, and refused with a typed error",
      scopes: ["global"],
      promises: ["fencing"],
      also: {
        tests: [
          ...unit(
            "etcd/cluster.test.ts",
            "refuses to go on when the revision went back, as after a restored snapshot",
          ),
          ...simulation(
            "session.test.ts",
            "is lost when the cluster is another one, although its renewals are answered",
          ),
        ],
      },
    },
    {
      id: "D13",
      fault: "the leader is killed every 3 s",
      outcome: "a dead holder's lock is free within (k + 1) × (TTL + 3.5 s) for k changes of the leader",
      scopes: ["global"],
      promises: ["no lock is lost"],
      also: { schedules: ["outage"], chaos: ["leader-kill"] },
    },
  ],
};
