import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { connect, FencelineError } from "@fenceline/core";
import { ownEtcd } from "./suite-etcd.js";
import { assertRefused } from "./support/assert-refused.js";

describe("connecting to an etcd that cannot be used", function () {
  this.timeout(60_000);

  it("names an endpoint where nobody listens", async () => {
    const error = await assertRefused({ etcd: { hosts: ["http://127.0.0.1:1"] } }, "etcd_unavailable");
    assert.match(error.message, /127\.0\.0\.1:1/);
  });

  it("does not wait for an endpoint that accepts and never answers", async () => {
    const server = createServer((socket) => socket.unref()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await assertRefused(
      { etcd: { hosts: [`http://127.0.0.1:${port}`] }, connectTimeoutMs: 1_500 },
      "etcd_unavailable",
    );
    server.close();
  });

  it("names a wrong password, a missing user and a missing permission", async () => {
    const user = { user: "volumes", password: "right" };
    await using etcd = await ownEtcd({ auth: { ...user, prefix: "volumes/" } });
    const hosts = etcd.endpoints;
    const wrong = await assertRefused({ etcd: { hosts, user: "volumes", password: "wr0ng" } }, "etcd_auth");
    assert.doesNotMatch(`${wrong.stack}${JSON.stringify(wrong)}`, /wr0ng/);
    await assertRefused({ etcd: { hosts } }, "etcd_auth");
    await assertRefused({ etcd: { hosts, ...user }, namespace: "elsewhere" }, "etcd_auth");
    await using coordinator = await connect({ etcd: { hosts, ...user }, namespace: "volumes" });
    await coordinator.withLock("volume", () => {});
  });

  it("tells a cluster without a majority from one that is down", async () => {
    await using etcd = await ownEtcd({ members: 3 });
    await etcd.members[1]?.kill();
    await etcd.members[2]?.kill();
    const hosts = etcd.endpoints;
    await assertRefused({ etcd: { hosts: [hosts[0] as string] } }, "etcd_no_quorum");
  });

  it("rejects a lock within the timeout when etcd goes away after connecting", async () => {
    await using etcd = await ownEtcd();
    await using coordinator = await connect({ etcd: { hosts: etcd.endpoints }, ttlMs: 2_000 });
    await etcd.members[0]?.kill();
    // Whichever comes first: the timeout, or the last attempt that a call makes.
    await assert.rejects(
      coordinator.acquire("volume", { timeoutMs: 500 }),
      (error) => FencelineError.is(error, "lock_timeout") || FencelineError.is(error, "etcd_unavailable"),
    );
    await assert.rejects(coordinator.acquire("volume"), (error) => FencelineError.is(error));
  });
});
