// The floor: what a lock costs at least on the npm client that Fenceline stands on. One transaction that writes a key
// under a shared lease if it is not there, one that deletes it. No queue, no waiting, no fencing, no owner, no loss.
import { noop } from "cockatiel";
import { Etcd3 } from "etcd3";
import type { Load } from "../load.js";
import { runLoad } from "./run-load.js";
import { serve } from "./serve.js";
import { readSettings } from "./settings.js";
import { versionOf } from "./versions.js";

const client = new Etcd3({
  hosts: readSettings().endpoint,
  faultHandling: { host: () => noop, global: noop },
});
const { ID: lease } = await client.leaseClient.leaseGrant({ TTL: 600 });

await serve(
  { etcd3: versionOf("etcd3"), node: process.versions.node },
  {
    run: (load: Load) =>
      runLoad(load, (names) => {
        const keys = names.map((name) => Buffer.from(`floor/${name}`));
        const acquire = {
          compare: keys.map(
            (key) => ({ target: "Create", result: "Equal", key, create_revision: 0 }) as const,
          ),
          success: keys.map((key) => ({ request_put: { key, value: Buffer.alloc(0), lease } })),
          failure: [],
        };
        const release = {
          compare: [],
          success: keys.map((key) => ({ request_delete_range: { key } })),
          failure: [],
        };
        return async () => {
          const { succeeded } = await client.kv.txn(acquire);
          if (!succeeded) throw new Error(`somebody else has ${names}: the floor cannot wait`);
          return () => client.kv.txn(release);
        };
      }),
  },
);
await client.leaseClient.leaseRevoke({ ID: lease });
client.close();
