/** Run when the process that started a cluster has ended without disposing of it. */
import { setTimeout as sleep } from "node:timers/promises";
import { connectDocker } from "./docker.js";
import { removeCluster } from "./remove-cluster.js";

const [, , id] = process.argv;
// A container that was being created at that moment appears a little later.
await sleep(1_000);
await removeCluster(await connectDocker(), id ?? "");
