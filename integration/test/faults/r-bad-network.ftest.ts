import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { checkHistory } from "@fenceline/testing";
import { contend } from "./support/contention.js";
import { createNetwork, NETWORK_PROGRAMS, type NetworkHost } from "./support/network.js";
import { startNetworkCluster } from "./support/network-cluster.js";
import { needsProcesses, needsRoot } from "./support/requirements.js";

const ttlMs = 3_000;

describe("the network is bad", function () {
  this.timeout(60_000);
  before(needsProcesses);
  before(needsRoot(NETWORK_PROGRAMS, () => createNetwork(1)));

  const faults: Record<string, (leader: NetworkHost, client: NetworkHost) => Promise<void>> = {
    "20 % of the packets are lost": async (leader, client) => {
      await leader.lose(0.2);
      await client.lose(0.2);
    },
    "the leader sends no more than 64 kbit/s": (leader) => leader.slowDown(64),
  };
  for (const [fault, begin] of Object.entries(faults)) {
    it(`C6 costs no safety when ${fault}`, async () => {
      await using cluster = await startNetworkCluster(2);
      const [leader, follower] = await cluster.leaderFirst();
      await using a = await cluster.startWorker(0, { ttlMs });
      await using b = await cluster.startWorker(1, { ttlMs });
      const [client] = cluster.clients;
      assert.ok(client);
      await begin(cluster.hostOf(leader), client);

      const observer = follower.endpoint;
      const contending = contend([a, b], cluster.etcd, { lock: "volume", forMs: 8_000, observer });
      await sleep(6_000);
      await cluster.hostOf(leader).heal();
      await client.heal();
      const { events, grants, failures } = await contending;
      const losses = [a, b].flatMap(({ states }) => states).filter((state) => state === "lost");
      console.log(
        `      ${grants} grants in 8 s, of which the last 2 s were healed; ` +
          `${failures.length} failures, ${losses.length} sessions lost`,
      );
      const report = checkHistory(events, { ttlMs, isOneOfMany: true });
      const problems = report.violations.map(({ message }) => message);
      assert.deepEqual([problems, report.undecided], [[], undefined]);
      assert.ok(grants > 0, failures.join("; "));
      assert.ok(report.statistics.acceptedWrites > 0);

      for (const worker of [a, b]) {
        await worker.acquire("volume", 10_000);
        await worker.release("volume");
        assert.equal(await worker.close(), 0);
      }
    });
  }
});
