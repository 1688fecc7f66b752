import { connect } from "@fenceline/core";
import { startTcpProxy } from "@fenceline/testing";
import { importMs } from "../start/import-time.js";
import { packedBytes } from "../start/packed-size.js";
import type { Bench, Scenario } from "./scenario.js";

const alone = "imported alone; the floor is etcd3";
const beyond = "imported after etcd3";
const first = "first lock";
const packed = "package";

/** How long each way takes in addition while round trips are counted. */
const DELAY_MS = 100;

/** What a service pays before its first lock. */
export const startUp: Scenario = {
  id: "I",
  title: "Start: import, connect and the first lock, size of the package",
  metrics: ["importMs", "roundTrips", "packedBytes"],
  dependsOnDisk: false,
  targets: [
    {
      title: "import of the core, beyond etcd3's own",
      value: { metric: "importMs", peer: "fenceline", point: beyond },
      direction: "at most",
      limit: 60,
      unit: "ms",
    },
    {
      title: "round trips from connect to the first lock",
      value: { metric: "roundTrips", peer: "fenceline", point: first },
      direction: "at most",
      limit: 5,
    },
    {
      title: "packed core",
      value: { metric: "packedBytes", peer: "fenceline", point: packed },
      direction: "at most",
      limit: 150_000,
      unit: "bytes",
    },
  ],
  async run({ etcd, rounds }, results) {
    for (let round = 0; round < rounds; round += 1) {
      results.add(alone, "fenceline", { importMs: await importMs(["@fenceline/core"]) });
      results.add(alone, "floor", { importMs: await importMs(["etcd3"]) });
      results.add(beyond, "fenceline", { importMs: await importMs(["etcd3", "@fenceline/core"]) });
      results.add(first, "fenceline", { roundTrips: await countRoundTrips(etcd) });
    }
    results.add(packed, "fenceline", { packedBytes: await packedBytes("@fenceline/core") });
  },
};

/**
 * A line that is slower by some time makes the start slower by that time for each round trip, and by nothing else. They
 * are whole ones: what is over is the machine.
 */
async function countRoundTrips({ endpoint }: Bench["etcd"]): Promise<number> {
  await using proxy = await startTcpProxy({ target: endpoint });
  const timeMs = async (): Promise<number> => {
    const begin = performance.now();
    await using coordinator = await connect({ etcd: { hosts: [proxy.endpoint] } });
    await using lock = await coordinator.acquire("first");
    lock.assertHeld();
    return performance.now() - begin;
  };
  await timeMs(); // all modules are loaded
  const atOnce = await timeMs();
  proxy.delay(DELAY_MS);
  const delayed = await timeMs();
  proxy.heal();
  return Math.round((delayed - atOnce) / (2 * DELAY_MS));
}
