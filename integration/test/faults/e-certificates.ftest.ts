import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectOptions, connect } from "@fenceline/core";
import { ownEtcd, suiteEtcd } from "../suite-etcd.js";
import { assertRefused } from "../support/assert-refused.js";
import { startRotatingTls } from "../support/rotating-tls.js";

const ttlMs = 3_000;

const refused = (options: ConnectOptions): Promise<Error> => assertRefused(options, "etcd_tls", 2_000);

describe("certificates", function () {
  this.timeout(60_000);

  it("E3 tells TLS that is refused within 2 s from an etcd that is down", async () => {
    await using etcd = await ownEtcd({ tls: true });
    assert.ok(etcd.tls);
    const hosts = etcd.endpoints;
    await refused({ etcd: { hosts } });
    await refused({ etcd: { hosts, tls: { ca: etcd.tls.foreign.ca.pem } } });
    await refused({ etcd: { hosts, tls: { ca: "/nowhere/ca.pem" } } });
    await using coordinator = await connect({ etcd: { hosts, tls: { ca: etcd.tls.ca.pem } } });
    await coordinator.withLock("volume", () => {});
  });

  it("E3 presents its certificate where etcd demands one, from bytes or files", async () => {
    await using etcd = await ownEtcd({ tls: "mutual" });
    assert.ok(etcd.tls);
    const hosts = etcd.endpoints;
    const { ca, cert, key } = etcd.tls;
    await refused({ etcd: { hosts, tls: { ca: ca.pem } } });
    for (const tls of [
      { ca: ca.pem, cert: cert.pem, key: key.pem },
      { ca: ca.path, cert: cert.path, key: key.path },
    ]) {
      await using coordinator = await connect({ etcd: { hosts, tls } });
      await coordinator.withLock("volume", () => {});
    }
  });

  it("E3 refuses a certificate that has run out within 2 s, on either side", async () => {
    await using etcd = await ownEtcd({ tls: "mutual" });
    assert.ok(etcd.tls);
    const { ca, expired } = etcd.tls;
    const hosts = etcd.endpoints;
    await refused({ etcd: { hosts, tls: { ca: ca.pem, cert: expired.cert.pem, key: expired.key.pem } } });

    const plain = await suiteEtcd();
    await using front = await startRotatingTls(plain.endpoints[0] as string);
    const options = { etcd: { hosts: [front.url], tls: front.files }, namespace: "expiry" };
    front.rotate({ notAfter: new Date(Date.now() - 60_000) });
    const error = await refused(options);
    assert.match(error.message, /expired/);
    front.rotate();
    await using coordinator = await connect(options);
    await coordinator.withLock("volume", () => {});
  });

  it("E3 keeps its lock when certificates are rotated, as it reads the files again", async () => {
    const etcd = await suiteEtcd();
    await using front = await startRotatingTls(etcd.endpoints[0] as string);
    const options = { etcd: { hosts: [front.url], tls: front.files }, namespace: "rotation", ttlMs };
    await using coordinator = await connect(options);
    await using lock = await coordinator.acquire("volume");
    front.rotate();
    await sleep(ttlMs + 1_000);
    lock.assertHeld();
    await lock.guardedTxn((txn) => txn.get("rotation/data"));
    await coordinator.withLock("other", () => {});
  });

  it("E3 loses it in time where the files are still the old ones, and works again once they are not", async () => {
    const etcd = await suiteEtcd();
    await using front = await startRotatingTls(etcd.endpoints[0] as string);
    const options = { etcd: { hosts: [front.url], tls: front.files }, namespace: "rotation", ttlMs };
    await using coordinator = await connect(options);
    await using lock = await coordinator.acquire("stale");
    front.rotate({ leaveFiles: true });
    await sleep(ttlMs + 1_000);
    assert.throws(() => lock.assertHeld(), { code: "lock_lost" });
    front.rotate();
    await coordinator.withLock("stale", { timeoutMs: 20_000 }, () => {});
  });
});
