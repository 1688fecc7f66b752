import assert from "node:assert/strict";
import { fenceline } from "./run-command.js";

describe("fenceline key", () => {
  const places = async (...args: string[]): Promise<unknown> => {
    const { exitCode, stderr, stdout } = await fenceline("key", "--json", ...args);
    assert.equal(exitCode, 0, stderr);
    const { name, places, scope } = JSON.parse(stdout);
    return { name, scope, ...places };
  };

  it("prints a global lock's name, and where it lies in both wire formats", async () => {
    assert.deepEqual(await places("dell-emc-unity", "host", "sanIp=fd00::9", "hostName=compute 1"), {
      name: "fd00::9-compute 1",
      scope: "global",
      queue: "fenceline/locks/fd00::9-compute%201/",
      etcdctl: "fenceline/locks/fd00::9-compute%201",
      cinderKey: "/tooz/lockscinder-fd00::9-compute 1",
    });
  });

  it("prints the files of a node lock, and of Cinder's where its lock_path is known", async () => {
    assert.deepEqual(await places("--lock-directory", "/run/locks", "lio", "command"), {
      name: "lioadm",
      scope: "node",
      file: "/run/locks/lioadm.lock",
      cinderFile: "<lock_path>/cinder-lioadm",
    });
    const { cinderFile } = (await places("--lock-path", "/var/lib/cinder/tmp", "lio", "command")) as {
      cinderFile: string;
    };
    assert.equal(cinderFile, "/var/lib/cinder/tmp/cinder-lioadm");
  });

  it("says that a lock of the process lies in its memory", async () => {
    const { stdout } = await fenceline("key", "huawei", "request");
    assert.match(stdout, /huawei_cinder_call[\s\S]*memory/);
  });

  it("takes the names of a release, per array, of another namespace, and lifted to all nodes", async () => {
    const group = ["dell-emc-powermax", "storageGroup", "storageGroupName=SG", "serialNumber=0001"];
    const named = async (...args: string[]): Promise<unknown> =>
      ((await places(...args)) as { queue: unknown }).queue;
    assert.equal(await named(...group), "fenceline/locks/emc-sg-SG-0001/");
    assert.equal(await named("--release", "14.0.0", ...group), "fenceline/locks/emc-sg-SG/");
    assert.equal(
      await named("--per", "array", "--namespace", "a/b", "huawei", "mapping", "host=h", "array=7"),
      "a/b/locks/huawei-mapping-h-7/",
    );
    assert.equal(await named("--global", "huawei", "qos"), "fenceline/locks/huawei_qos/");
  });

  for (const [args, message] of [
    [[], /which vendor/],
    [["no-such-vendor", "lock"], /no adapter "no-such-vendor"/],
    [["huawei"], /There are: mapping, qos, request/],
    [["huawei", "mappings"], /There are: mapping/],
    [["ibm-xiv", "any"], /There are: none/],
    [["huawei", "mapping"], /host/],
    [["huawei", "mapping", "host"], /"host" is not <parameter>=<value>; parameters are host, array/],
    [["huawei", "mapping", "hots=a"], /"hots=a"/],
    [["huawei", "mapping", "host="], /host/],
    [["huawei", "mapping", "host=größe"], /ASCII/],
    [["--release", "train", "huawei", "mapping", "host=a"], /release/],
    [["--per", "host", "huawei", "mapping", "host=a"], /per/],
    [["--namespace", "/", "huawei", "mapping", "host=a"], /namespace/],
  ] as const) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      const { exitCode, stderr, stdout } = await fenceline("key", ...args);
      assert.deepEqual([exitCode, stdout], [64, ""]);
      assert.match(stderr, message);
    });
  }
});
