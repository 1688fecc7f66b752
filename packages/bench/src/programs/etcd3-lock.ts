// The peer on npm: the package etcd3's own `Lock`, as its documentation shows it. It cannot wait: who does not get it
// asks again some 10 ms later.
import { setTimeout as sleep } from "node:timers/promises";
import { Etcd3, EtcdLockFailedError } from "etcd3";
import type { Load } from "../load.js";
import { runLoad } from "./run-load.js";
import { serve } from "./serve.js";
import { readSettings } from "./settings.js";
import { versionOf } from "./versions.js";

const client = new Etcd3({ hosts: readSettings().endpoint });

async function acquire(name: string, signal: AbortSignal) {
  for (;;) {
    try {
      return await client.lock(`etcd3/${name}`).ttl(10).acquire();
    } catch (error) {
      if (!(error instanceof EtcdLockFailedError)) throw error;
    }
    await sleep(5 + Math.random() * 10, undefined, { signal });
  }
}

await serve(
  { etcd3: versionOf("etcd3"), node: process.versions.node },
  {
    run: (load: Load) =>
      runLoad(load, ([name = ""]) => async (signal) => {
        const lock = await acquire(name, signal);
        return () => lock.release();
      }),
  },
);
client.close();
// A lease of a lock that failed half-way keeps its stream and this process.
process.exit();
