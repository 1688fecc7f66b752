import assert from "node:assert/strict";
import { InvalidArgumentError } from "@fenceline/core";
import { EtcdNotFoundError } from "@fenceline/testing";
import { findEtcdOn, type Machine } from "../../dist/etcd/find-etcd.js";

/** A machine with nothing at all. */
const bare: Machine = {
  endpoints: undefined,
  findOnPath: async () => undefined,
  whyNoDocker: async () => "no daemon answers",
  findUnpackedEtcd: async () => undefined,
  whyNotUnpack: async () => "this is not Debian or Ubuntu",
  unpackEtcd: async () => assert.fail("not asked to install"),
};
/** A machine with everything. */
const rich: Machine = {
  endpoints: "http://10.0.0.1:2379",
  findOnPath: async (command) => `/bin/${command}`,
  whyNoDocker: async () => undefined,
  findUnpackedEtcd: async () => "/cache/etcd",
  whyNotUnpack: async () => undefined,
  unpackEtcd: async () => "/new/etcd",
};

describe("findEtcd", () => {
  it("takes the first of: running cluster, PATH, Docker, package", async () => {
    const found = [];
    let machine = rich;
    for (const missing of ["endpoints", "findOnPath", "whyNoDocker", "findUnpackedEtcd", "none"] as const) {
      found.push(await findEtcdOn(machine, { install: true, say: () => {} }));
      if (missing !== "none") machine = { ...machine, [missing]: bare[missing] };
    }
    assert.deepEqual(found, [
      { kind: "existing", endpoints: ["http://10.0.0.1:2379"] },
      { kind: "process", binary: "/bin/etcd" },
      { kind: "container" },
      { kind: "process", binary: "/cache/etcd" },
      { kind: "process", binary: "/new/etcd" },
    ]);
  });

  it("asks no further than it has to", async () => {
    const machine = { ...rich, endpoints: undefined, whyNoDocker: () => assert.fail("Docker asked") };
    assert.equal((await findEtcdOn(machine, {})).kind, "process");
  });

  it("keeps to the runtime that is asked for, past a running cluster", async () => {
    assert.deepEqual(await findEtcdOn(rich, { runtime: "process" }), {
      kind: "process",
      binary: "/bin/etcd",
    });
    assert.deepEqual(await findEtcdOn(rich, { runtime: "container" }), { kind: "container" });
    const noDocker = { ...rich, whyNoDocker: bare.whyNoDocker };
    await assert.rejects(findEtcdOn(noDocker, { runtime: "container" }), EtcdNotFoundError);
    const noExecutable = { ...rich, findOnPath: bare.findOnPath, findUnpackedEtcd: bare.findUnpackedEtcd };
    await assert.rejects(findEtcdOn(noExecutable, { runtime: "process" }), EtcdNotFoundError);
  });

  it("fetches the package only where it is allowed to, and says so before", async () => {
    const said: string[] = [];
    const machine: Machine = {
      ...bare,
      whyNotUnpack: rich.whyNotUnpack,
      async unpackEtcd(say) {
        say("fetching");
        return "/new/etcd";
      },
    };
    await assert.rejects(findEtcdOn(machine, {}), /needs the option `install`/);
    const source = await findEtcdOn(machine, { install: true, say: (message) => said.push(message) });
    assert.deepEqual(source, { kind: "process", binary: "/new/etcd" });
    assert.deepEqual(said, ["fetching"]);
  });

  it("names every way when it finds none", async () => {
    await assert.rejects(findEtcdOn(bare, { install: true }), (error) => {
      assert.ok(error instanceof EtcdNotFoundError);
      assert.equal(error.code, "etcd_not_found");
      const ways = ["FENCELINE_ETCD", "`etcd` on the PATH", "Docker: no daemon answers", "not Debian"];
      for (const way of ways) assert.ok(error.message.includes(way), way);
      return true;
    });
  });

  const written: Record<string, string[]> = {
    "10.0.0.1:2379, https://etcd-2:2380/": ["http://10.0.0.1:2379", "https://etcd-2:2380"],
    "etcd-1,[::1]:2380": ["http://etcd-1:2379", "http://[::1]:2380"],
    "etcd://a:1,b/volumes?ttl=10s": ["http://a:1", "http://b:2379"],
    "etcds://a,b": ["https://a:2379", "https://b:2379"],
  };
  for (const [endpoints, expected] of Object.entries(written)) {
    it(`reads ${endpoints}`, async () => {
      assert.deepEqual(await findEtcdOn({ ...bare, endpoints }, {}), {
        kind: "existing",
        endpoints: expected,
      });
    });
  }

  it("takes blanks for nothing", async () => {
    await assert.rejects(findEtcdOn({ ...bare, endpoints: " " }, {}), EtcdNotFoundError);
  });

  it("refuses endpoints that are none, and does not repeat a password", async () => {
    for (const endpoints of [
      "no such host",
      "http://",
      "http://a:1,,http://b:2",
      "http://u:secret@h:1",
      "u:secret@h",
    ]) {
      await assert.rejects(findEtcdOn({ ...bare, endpoints }, {}), (error) => {
        assert.ok(error instanceof InvalidArgumentError, endpoints);
        assert.doesNotMatch(`${error.message}${error.value}`, /secret/);
        return true;
      });
    }
  });
});
