import assert from "node:assert/strict";
import { Etcd3 } from "etcd3";
import { ownEtcd } from "./suite-etcd.js";
import { openClient } from "./support/etcd-client.js";

describe("startEtcd with TLS", () => {
  it("lets in whoever trusts its authority, and nobody else", async () => {
    await using etcd = await ownEtcd({ tls: true });
    assert.ok(etcd.tls);
    assert.match(etcd.endpoints[0] ?? "", /^https:/);
    using client = openClient(etcd, { credentials: { rootCertificate: etcd.tls.ca.pem } });
    await client.put("key").value("value");
    using mistaken = openClient(etcd, { credentials: { rootCertificate: etcd.tls.foreign.ca.pem } });
    await assert.rejects(mistaken.get("key").exec(), /unable to verify|signature|self.signed/i);
    const plain = new Etcd3({ hosts: etcd.endpoints.map((url) => url.replace("https:", "http:")) });
    await assert.rejects(plain.get("key").exec());
    plain.close();
  });

  it("is reached by name and by address", async () => {
    await using etcd = await ownEtcd({ tls: true });
    for (const host of ["localhost", "127.0.0.1"]) {
      using client = openClient(etcd, { hosts: etcd.endpoints[0]?.replace("127.0.0.1", host) ?? "" });
      await client.put("host").value(host);
    }
  });

  it("asks clients for a certificate when it is mutual, one of its own authority", async () => {
    await using etcd = await ownEtcd({ tls: "mutual", members: 3 });
    assert.ok(etcd.tls);
    const { ca, foreign } = etcd.tls;
    using client = openClient(etcd);
    await client.put("key").value("value");
    using nameless = openClient(etcd, { credentials: { rootCertificate: ca.pem } });
    await assert.rejects(nameless.get("key").exec());
    const stranger = { rootCertificate: ca.pem, certChain: foreign.cert.pem, privateKey: foreign.key.pem };
    using strange = openClient(etcd, { credentials: stranger });
    await assert.rejects(strange.get("key").exec());
    await etcd.members[0]?.restart();
  });
});

describe("startEtcd with authentication", () => {
  const auth = { user: "app", password: "secret", prefix: "app/" };

  it("gives the user exactly the keys under the prefix", async () => {
    await using etcd = await ownEtcd({ auth });
    using client = openClient(etcd, { auth: { username: auth.user, password: auth.password } });
    await client.put("app/").value("first key of the prefix");
    await client.put("app/volume").value("mine");
    assert.deepEqual(await client.getAll().prefix("app/").keys(), ["app/", "app/volume"]);
    for (const key of ["app", "app0", "ap", "other/app/", "\0"]) {
      await assert.rejects(client.put(key).value("").exec(), /permission denied/, key);
    }
    await assert.rejects(client.getAll().exec(), /permission denied/);
    const lease = client.lease(10);
    await lease.put("app/leased").value("");
    await lease.revoke();
  });

  it("keeps out a wrong password and nobody in particular", async () => {
    await using etcd = await ownEtcd({ auth });
    using wrong = openClient(etcd, { auth: { username: auth.user, password: "guess" } });
    await assert.rejects(wrong.get("app/").exec(), /authentication failed/);
    using nobody = openClient(etcd);
    await assert.rejects(nobody.get("app/").exec(), /user name is empty|user name not found/);
  });

  it("tells root's password, and gives all keys to a user without a prefix", async () => {
    const { prefix: _, ...everywhere } = auth;
    await using etcd = await ownEtcd({ auth: everywhere });
    assert.ok(etcd.auth);
    using root = openClient(etcd, { auth: { username: "root", password: etcd.auth.rootPassword } });
    assert.deepEqual(
      (await root.user("app").roles()).map(({ name }) => name),
      ["app-role"],
    );
    using client = openClient(etcd, { auth: { username: auth.user, password: auth.password } });
    await client.put("\0").value("");
    await client.put("\u{10ffff}").value("");
    assert.equal((await client.getAll().keys()).length, 2);
  });

  it("is found ready after a restart, and with mutual TLS", async () => {
    await using etcd = await ownEtcd({ auth, tls: "mutual", members: 3 });
    const leader = await etcd.leader();
    await leader.kill();
    await leader.restart();
    await etcd.ready();
    using client = openClient(etcd, { auth: { username: auth.user, password: auth.password } });
    await client.put("app/key").value("value");
    using byCertificate = openClient(etcd);
    assert.equal(await byCertificate.get("app/key").string(), "value", "the common name is the user");
  });
});
