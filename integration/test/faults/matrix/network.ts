import { type FaultFamily, simulation } from "./fault-cell.js";

export const network: FaultFamily = {
  letter: "C",
  title: "The network between a node and etcd",
  cells: [
    {
      id: "C1",
      fault: "all endpoints are black holes for longer than the TTL",
      outcome: "the signal aborts before etcd can give the lock away",
      scopes: ["global"],
      promises: ["exclusion"],
      also: {
        schedules: ["lose-requests", "lose-answers"],
        chaos: ["worker-cut-off", "requests-cut", "answers-cut"],
        tests: simulation(
          "session.test.ts",
          "tells the holder before etcd frees the lock when renewals do not get through",
        ),
      },
    },
    {
      id: "C2",
      fault: "one endpoint of three is a black hole",
      outcome: "no lock is lost, and an acquire takes at most 1.5 s",
      scopes: ["global"],
      promises: ["exclusion", "no silent wait"],
      also: { chaos: ["cut-from-leader"] },
    },
    {
      id: "C3",
      fault: "an answer is lost after its request was applied, for each kind of call",
      outcome: "each takes effect once; one entry in the queue; a repeated release frees no successor",
      scopes: ["global"],
      promises: ["no lock is lost", "exclusion"],
      also: {
        schedules: ["lose-answers", "late-copy"],
        chaos: ["answers-lost"],
        tests: simulation(
          "global-locks.test.ts",
          "finds and removes an entry the answer to which was lost",
          "is not blocked by a copy of its own request that arrives after the release",
        ),
      },
    },
    {
      id: "C4",
      fault: "connections are reset again and again, half open, or refused",
      outcome: "connected again within 1 s, and no lock is lost",
      scopes: ["global"],
      promises: ["exclusion", "no silent wait"],
      also: { chaos: ["link-lossy"] },
    },
    {
      id: "C5",
      fault: "everything takes 50 to 500 ms longer, with jitter",
      outcome: "no lock is lost while a call takes less than TTL / 6",
      scopes: ["global"],
      promises: ["exclusion"],
      also: { schedules: ["slow"], chaos: ["link-slow"] },
    },
    {
      id: "C6",
      fault: "a fifth of the packets is lost; 64 kbit/s",
      outcome: "no promise is broken; how available locks are is reported",
      scopes: ["global"],
      promises: ["exclusion", "fencing"],
    },
    {
      id: "C7",
      fault: "the endpoint is a member that was cut off from the others",
      outcome: "the client leaves it within 2 s",
      scopes: ["global"],
      promises: ["exclusion", "no silent wait"],
      also: {
        schedules: ["isolate"],
        chaos: ["leader-cut-off"],
      },
    },
  ],
};
