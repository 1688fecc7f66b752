import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EtcdStartError, startEtcd, UnsupportedError } from "@fenceline/testing";
import { ownEtcd, runtime, suiteEtcd } from "./suite-etcd.js";
import { openClient } from "./support/etcd-client.js";

describe("startEtcd with one member", () => {
  it("gives an etcd that takes writes, and says what it is", async () => {
    const etcd = await suiteEtcd();
    using client = openClient(etcd);
    await client.put("written").value("read");
    assert.equal(await client.get("written").string(), "read");
    assert.equal(etcd.kind, runtime);
    assert.match(etcd.version, /^3\.\d+\.\d+/);
    assert.equal(etcd.members.length, 1);
    assert.deepEqual([etcd.tls, etcd.auth], [undefined, undefined]);
  });

  it("leaves no trace of its own checks in the data", async () => {
    await using etcd = await ownEtcd();
    using client = openClient(etcd);
    const { header, kvs } = await client.getAll().exec();
    assert.deepEqual([header.revision, kvs], ["1", []]);
  });

  it("keeps data and port over kill and restart", async () => {
    await using etcd = await ownEtcd();
    using client = openClient(etcd);
    const [member] = etcd.members;
    assert.ok(member);
    await client.put("kept").value("yes");
    await member.kill();
    await assert.rejects(client.get("kept").exec());
    await member.restart();
    assert.equal(member.endpoint, etcd.endpoints[0]);
    using again = openClient(etcd);
    assert.equal(await again.get("kept").string(), "yes");
  });

  it("answers nothing while it is paused, and everything after", async () => {
    await using etcd = await ownEtcd();
    using client = openClient(etcd);
    await client.put("key").value("before");
    await etcd.members[0]?.pause();
    await assert.rejects(client.put("key").value("during").exec());
    await etcd.members[0]?.resume();
    await etcd.ready();
    await client.put("key").value("after");
  });

  it("does not hear ETCD_ variables that are meant for others", async () => {
    process.env["ETCD_QUOTA_BACKEND_BYTES"] = "1";
    try {
      await using etcd = await ownEtcd();
      using client = openClient(etcd);
      await client.put("not").value("refused");
    } finally {
      delete process.env["ETCD_QUOTA_BACKEND_BYTES"];
    }
  });

  it("refuses writes beyond its quota", async () => {
    await using etcd = await ownEtcd({ quotaBytes: 4 * 2 ** 20 });
    using client = openClient(etcd);
    const fill = async (): Promise<void> => {
      for (let i = 0; i < 20; i += 1) await client.put(`fill/${i}`).value(Buffer.alloc(2 ** 20));
    };
    await assert.rejects(fill(), /database space exceeded/);
  });

  it("says why it did not start, with the end of the log", async () => {
    // No etcd starts with an election of more than 50 s.
    await assert.rejects(ownEtcd({ heartbeatMs: 10_000, electionMs: 60_000 }), (error) => {
      assert.ok(error instanceof EtcdStartError, String(error));
      assert.match(error.log, /election-timeout/);
      return true;
    });
  });

  it("cannot cut off clients without a proxy", async () => {
    const [member] = (await suiteEtcd()).members;
    await assert.rejects(async () => member?.partition({ clients: true }), UnsupportedError);
  });

  it("stands behind a proxy that clients can be cut off with", async () => {
    await using etcd = await ownEtcd({ clientProxy: true });
    using client = openClient(etcd);
    const [member] = etcd.members;
    assert.ok(member?.clientProxy);
    assert.equal(member.endpoint, member.clientProxy.endpoint);
    await client.put("key").value("before");
    member.clientProxy.cut("toClient");
    await assert.rejects(client.put("key").value("applied").exec());
    member.clientProxy.heal();
    using another = openClient(etcd);
    assert.equal(await another.get("key").string(), "applied", "request applied, answer lost");
    await member.partition({ clients: true });
    await assert.rejects(another.get("key").exec());
    await member.heal();
    using third = openClient(etcd);
    assert.equal(await third.get("key").string(), "applied");
  });

  if (runtime === "process") {
    it("runs where it is told to: at an address, behind a command, with its data in a directory", async function () {
      if (process.platform !== "linux") {
        console.log("      skipped: only Linux has more than one loopback address");
        this.skip();
      }
      const directory = await mkdtemp(join(tmpdir(), "fenceline-place-"));
      try {
        const places = [{ address: "127.0.0.2", command: ["env", "GOMAXPROCS=1"], directory }];
        await using etcd = await ownEtcd({ places });
        assert.equal(new URL(etcd.endpoints[0] ?? "").hostname, "127.0.0.2");
        assert.deepEqual(await readdir(directory), ["etcd-1"]);
        const environment = await readFile(`/proc/${etcd.members[0]?.pid}/environ`, "utf8");
        assert.match(environment, /GOMAXPROCS=1\0/);
        await etcd.members[0]?.restart();
      } finally {
        await rm(directory, { recursive: true });
      }
    });

    it("runs the executable that it is given, and tells at once when that is none", async () => {
      await assert.rejects(startEtcd({ binary: "/bin/false" }), /etcd-1 ended before it was ready/);
      await assert.rejects(startEtcd({ binary: "/no/such/etcd" }), /no\/such\/etcd.*not found/);
    });
  }
});

describe("startEtcd where FENCELINE_ETCD names a running cluster", () => {
  it("uses it, and neither breaks nor ends it", async () => {
    const running = await suiteEtcd();
    const before = process.env["FENCELINE_ETCD"];
    process.env["FENCELINE_ETCD"] = running.endpoints.join(",");
    try {
      const etcd = await startEtcd({ clientProxy: true });
      assert.equal(etcd.kind, "existing");
      assert.equal(etcd.version, running.version);
      const [member] = etcd.members;
      assert.ok(member?.clientProxy);
      assert.equal(await etcd.leader(), member);
      for (const fault of ["pause", "kill", "stop", "restart", "partition"] as const) {
        await assert.rejects(member[fault](), UnsupportedError, fault);
      }
      await assert.rejects(startEtcd({ members: 3 }), { code: "invalid_argument" });
      using client = openClient(etcd);
      await client.put("through").value("proxy");
      await etcd[Symbol.asyncDispose]();
      await running.ready();
    } finally {
      if (before === undefined) delete process.env["FENCELINE_ETCD"];
      else process.env["FENCELINE_ETCD"] = before;
    }
  });
});

describe("startEtcd with three members", function () {
  this.timeout(120_000);

  it("has one leader, and every member takes writes", async () => {
    await using etcd = await ownEtcd({ members: 3 });
    assert.equal(new Set(etcd.endpoints).size, 3);
    for (const endpoint of etcd.endpoints) {
      using client = openClient(etcd, { hosts: endpoint });
      await client.put("from").value(endpoint);
    }
    assert.ok(etcd.members.includes(await etcd.leader()));
  });

  it("goes on without its leader, and takes it back with what it has missed", async () => {
    await using etcd = await ownEtcd({ members: 3 });
    const old = await etcd.leader();
    await old.kill();
    const leader = await etcd.leader();
    assert.notEqual(leader, old);
    using client = openClient(etcd, { hosts: leader.endpoint });
    await client.put("missed").value("while it was dead");
    await old.restart();
    using returned = openClient(etcd, { hosts: old.endpoint });
    assert.equal(await returned.get("missed").string(), "while it was dead");
  });

  it("elects another leader while one is paused", async () => {
    await using etcd = await ownEtcd({ members: 3 });
    const old = await etcd.leader();
    await old.pause();
    assert.notEqual(await etcd.leader(), old);
    await old.resume();
    await etcd.ready();
  });

  it("elects another leader while one is cut off from its peers but not from clients", async () => {
    await using etcd = await ownEtcd({ members: 3 });
    const old = await etcd.leader();
    using client = openClient(etcd, { hosts: old.endpoint });
    await client.put("key").value("before");
    await old.partition();
    assert.equal(old.isPartitioned, true);
    const leader = await etcd.leader();
    assert.notEqual(leader, old);
    using majority = openClient(etcd, { hosts: leader.endpoint });
    await majority.put("key").value("of the majority");
    await assert.rejects(client.put("key").value("of the minority").exec(), "no majority, no write");
    assert.equal(await client.get("key").serializable(true).string(), "before", "clients still reach it");
    await old.heal();
    await etcd.ready();
    assert.equal(await client.get("key").string(), "of the majority");
  });

  it("cuts off a follower without a word to the others, and only that one", async () => {
    await using etcd = await ownEtcd({ members: 3 });
    const leader = await etcd.leader();
    const [cutOff, other] = etcd.members.filter((member) => member !== leader);
    assert.ok(cutOff && other);
    await cutOff.partition();
    using client = openClient(etcd, { hosts: other.endpoint });
    await client.put("key").value("through the other follower");
    using lonely = openClient(etcd, { hosts: cutOff.endpoint });
    await assert.rejects(lonely.get("key").exec());
    assert.equal(await etcd.leader(), leader);
  });

  it("starts again after all members were stopped", async () => {
    await using etcd = await ownEtcd({ members: 3 });
    using client = openClient(etcd);
    await client.put("kept").value("yes");
    await Promise.all(etcd.members.map((member) => member.stop()));
    await Promise.all(etcd.members.map((member) => member.restart()));
    await etcd.ready();
    using again = openClient(etcd);
    assert.equal(await again.get("kept").string(), "yes");
  });

  it("has nobody listening once it is disposed of", async () => {
    const etcd = await ownEtcd({ members: 3, clientProxy: true });
    await etcd.members[1]?.pause();
    await etcd.members[2]?.partition();
    await etcd[Symbol.asyncDispose]();
    await etcd[Symbol.asyncDispose]();
    for (const { port } of etcd.endpoints.map((endpoint) => new URL(endpoint))) {
      const refused = new Promise((resolve) => connect(Number(port), "127.0.0.1").on("error", resolve));
      assert.match(String(await refused), /ECONNREFUSED/);
    }
  });
});
