import assert from "node:assert/strict";
import { inspect } from "node:util";
import { connect } from "@fenceline/core";
import { noop } from "cockatiel";
import type { ConnectOptions } from "../dist/connect-options.js";
import { resolveSettings } from "../dist/connect-settings.js";

const hosts = ["http://10.0.0.1:2379"];

describe("connect's options", () => {
  it("have defaults", () => {
    const settings = resolveSettings({ etcd: { hosts } }, {});
    assert.equal(settings.ttlMs, 10_000);
    assert.equal(settings.namespace, "fenceline");
    assert.equal(settings.attemptTimeoutMs, 1_000);
    assert.deepEqual(settings.wire, ["etcd"]);
    assert.deepEqual(settings.handOver, { maxTurns: 1_000, maxMs: 50 });
    assert.ok(settings.node.length > 0);
  });

  it("keep attempts within a quarter of a short TTL", () => {
    assert.equal(resolveSettings({ etcd: { hosts }, ttlMs: 2_000 }, {}).attemptTimeoutMs, 500);
  });

  const refused: readonly (readonly [options: unknown, message: RegExp])[] = [
    [{ ttl: 5 }, /options.*got `"ttl"`/],
    [{ ttlMs: 0 }, /`ttlMs`.*got `0`/],
    [{ ttlMs: "10s" }, /`ttlMs`.*got `"10s"`/],
    [{ ttlMs: 3_600_001 }, /`ttlMs`.*got `3600001`/],
    [{ node: "" }, /`node`.*got `""`/],
    [{ node: "a\nb" }, /`node`/],
    [{ namespace: "/x" }, /`namespace`.*got `"\/x"`/],
    [{ namespace: "a//b" }, /`namespace`/],
    [{ namespace: "é" }, /`namespace`/],
    [{ wire: "tooz" }, /`wire`.*got `"tooz"`/],
    [{ wire: [] }, /`wire`.*got a list of 0/],
    [{ wire: ["cinder", 3] }, /`wire`.*got `3`/],
    [{ lockFiles: "oslo" }, /`lockFiles`.*got `"oslo"`/],
    [{ lockFiles: "cinder" }, /`lockDirectory`.*given with `lockFiles: "cinder"`/],
    [{ etcd: "etcd://h?wire=" }, /`wire`.*got `""`/],
    [{ connectTimeoutMs: 1 }, /`connectTimeoutMs`.*got `1`/],
    [{ handOver: { maxTurns: -1 } }, /`handOver.maxTurns`.*got `-1`/],
    [{ handOver: { turns: 1 } }, /handOver.*got `"turns"`/],
    [{ etcd: { hosts: [] } }, /`etcd.hosts`/],
    [{ etcd: { hosts: ["10.0.0.1:2379"] } }, /`etcd.hosts`.*got `"10.0.0.1:2379"`/],
    [{ etcd: { hosts: ["ftp://10.0.0.1"] } }, /`etcd.hosts`.*got `"ftp:/],
    [{ etcd: { hosts: ["http://10.0.0.1:2379/path"] } }, /`etcd.hosts`/],
    [{ etcd: { hosts: ["http://a:1", "https://b:1"] } }, /all http or all https/],
    [{ etcd: { hosts, tls: { ca: "ca.pem" } } }, /`etcd.tls`/],
    [{ etcd: { hosts: ["https://a:1"], tls: { cert: "c.pem" } } }, /`etcd.tls.key`/],
    [{ etcd: { hosts, user: "u" } }, /`etcd.password`/],
    [{ etcd: { hosts, attemptTimeoutMs: 1 } }, /`etcd.attemptTimeoutMs`.*got `1`/],
    [{ etcd: { hosts, callPolicy: {} } }, /`etcd.callPolicy`/],
    [{ etcd: { hosts, port: 1 } }, /etcd.*got `"port"`/],
    [{ etcd: "etcd://u:secret@h" }, /ETCDCTL_USER/],
    [{ etcd: "http://h" }, /`etcd`.*etcd:\/\/h1/],
    [{ etcd: "etcd://h?tls=1" }, /got `"tls"`/],
    [{ etcd: "etcd://h?ttl=10" }, /`ttl`.*got `"10"`/],
    [{ etcd: "etcd://h1,,h2" }, /without empty parts/],
  ];
  it("take wire formats from the URL or beside it, in one order", () => {
    const wireOf = (options: ConnectOptions) => resolveSettings(options, {}).wire;
    assert.deepEqual(wireOf({ etcd: "etcd://h?wire=cinder" }), ["cinder"]);
    assert.deepEqual(wireOf({ etcd: "etcd://h?wire=cinder,etcd&ttl=5s" }), ["etcd", "cinder"]);
    assert.deepEqual(wireOf({ etcd: { hosts }, wire: ["cinder", "etcd", "cinder"] }), ["etcd", "cinder"]);
    assert.deepEqual(wireOf({ etcd: "etcd://h?wire=cinder", wire: "etcd" }), ["etcd"]);
  });

  for (const [options, message] of refused) {
    it(`refuse ${JSON.stringify(options)}, quoting the value`, async () => {
      await assert.rejects(connect(options as ConnectOptions), (error: Error & { code: string }) => {
        assert.equal(error.code, "invalid_argument");
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    });
  }

  it("refuse interceptors that are not functions", async () => {
    const options = { etcd: false, interceptors: ["log"] } as unknown as ConnectOptions;
    await assert.rejects(connect(options), { code: "invalid_argument" });
  });

  it("take a policy of the user's", () => {
    assert.equal(resolveSettings({ etcd: { hosts, callPolicy: noop } }, {}).etcd?.callPolicy, noop);
  });
});

describe("connect's URL", () => {
  it("names hosts, namespace and TTL", () => {
    const settings = resolveSettings({ etcd: "etcd://h1:2379,h2/volumes/a?ttl=7s" }, {});
    assert.deepEqual(settings.etcd?.hosts, ["http://h1:2379", "http://h2:2379"]);
    assert.equal(settings.namespace, "volumes/a");
    assert.equal(settings.ttlMs, 7_000);
  });

  it("means TLS with etcds, and names its files", () => {
    const { etcd } = resolveSettings({ etcd: "etcds://h1?ca=/ca.pem&cert=/c.pem&key=/k.pem" }, {});
    assert.deepEqual(etcd?.hosts, ["https://h1:2379"]);
    assert.deepEqual(etcd?.tls, { ca: "/ca.pem", cert: "/c.pem", key: "/k.pem" });
  });

  it("takes IPv6 addresses", () => {
    assert.deepEqual(resolveSettings({ etcd: "etcd://[::1]:2379" }, {}).etcd?.hosts, ["http://[::1]:2379"]);
  });

  it("gives way to options", () => {
    const settings = resolveSettings({ etcd: "etcd://h/ns?ttl=7s", ttlMs: 4_000, namespace: "mine" }, {});
    assert.equal(settings.ttlMs, 4_000);
    assert.equal(settings.namespace, "mine");
  });
});

describe("connect's environment", () => {
  it("is asked for FENCELINE_ETCD first, then for etcdctl's endpoints", () => {
    const both = { FENCELINE_ETCD: "http://f:1", ETCDCTL_ENDPOINTS: "e:2" };
    assert.deepEqual(resolveSettings({}, both).etcd?.hosts, ["http://f:1"]);
    assert.deepEqual(resolveSettings({}, { ETCDCTL_ENDPOINTS: "e:2, g" }).etcd?.hosts, [
      "http://e:2",
      "http://g:2379",
    ]);
  });

  it("may hold a URL", () => {
    const settings = resolveSettings({}, { FENCELINE_ETCD: "etcd://h/ns?ttl=3s" });
    assert.equal(settings.namespace, "ns");
    assert.equal(settings.ttlMs, 3_000);
  });

  it("holds certificates and the user as etcdctl takes them", () => {
    const { etcd } = resolveSettings(
      {},
      {
        ETCDCTL_ENDPOINTS: "h",
        ETCDCTL_CACERT: "/ca.pem",
        ETCDCTL_CERT: "/c.pem",
        ETCDCTL_KEY: "/k.pem",
        ETCDCTL_USER: "me:pass:word",
      },
    );
    assert.deepEqual(etcd, {
      hosts: ["https://h:2379"],
      tls: { ca: "/ca.pem", cert: "/c.pem", key: "/k.pem" },
      user: "me",
      password: "pass:word",
    });
  });

  it("is not asked when etcd is given or refused", () => {
    const environment = { FENCELINE_ETCD: "http://f:1" };
    assert.equal(resolveSettings({ etcd: false }, environment).etcd, undefined);
    assert.deepEqual(resolveSettings({ etcd: { hosts } }, environment).etcd?.hosts, hosts);
  });

  it("without etcd makes a coordinator that says what is missing for a global lock", async () => {
    await using coordinator = await connect({ etcd: false });
    assert.equal(await coordinator.withLock({ scope: "process", name: "p" }, () => "fine"), "fine");
    await assert.rejects(coordinator.acquire("volume"), (error: Error & { code: string }) => {
      assert.equal(error.code, "etcd_not_configured");
      assert.match(error.message, /FENCELINE_ETCD/);
      return true;
    });
  });
});

describe("passwords in the wrong place", () => {
  for (const host of [
    "https://app:s3cret@10.0.0.1:2379",
    "https://app:s3cret@no host",
    "https://app:p@ss/s3cret@no host",
  ]) {
    it(`are not shown from ${host.replace("s3cret", "…")}`, () => {
      const refusal = errorOf(() => resolveSettings({ etcd: { hosts: [host] } }, {}));
      assert.equal((refusal as { code?: unknown }).code, "invalid_argument");
      assert.doesNotMatch(inspect(refusal), /s3cret/);
    });
  }

  it("are not shown from ETCDCTL_USER without a name", () => {
    const environment = { FENCELINE_ETCD: "10.0.0.1:2379", ETCDCTL_USER: ":s3cret" };
    const refusal = errorOf(() => resolveSettings({}, environment));
    assert.equal((refusal as { code?: unknown }).code, "invalid_argument");
    assert.doesNotMatch(inspect(refusal), /s3cret/);
  });
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return assert.fail("Expected an error");
}
