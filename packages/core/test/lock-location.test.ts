import assert from "node:assert/strict";
import { InvalidArgumentError } from "../dist/errors.js";
import { lockKey } from "../dist/lock-key.js";
import { type LockLocationOptions, lockLocation } from "../dist/lock-location.js";

describe("lockLocation", () => {
  it("gives the queue, and the name under which etcdctl stands in it", () => {
    assert.deepEqual(lockLocation("array 7/lun 1", { namespace: "volumes" }), {
      queuePrefix: "volumes/locks/array%207%2Flun%201/",
      queueName: "volumes/locks/array%207%2Flun%201",
    });
  });

  it("gives Cinder's key as Cinder writes it, and the owner record below the namespace", () => {
    assert.deepEqual(lockLocation("infinidat-10.0.0.1-lock", { wire: "cinder" }), {
      toozKey: "/tooz/lockscinder-infinidat-10.0.0.1-lock",
      ownerKey: "fenceline/owners/infinidat-10.0.0.1-lock",
    });
  });

  it("gives both for both wire formats, in whatever order they are named", () => {
    const location = lockLocation("a", { wire: ["cinder", "etcd"] });
    assert.deepEqual(location, lockLocation("a", { wire: ["etcd", "cinder"] }));
    assert.deepEqual(Object.keys(location).toSorted(), ["ownerKey", "queueName", "queuePrefix", "toozKey"]);
  });

  it("gives the file of a node lock, ours or Cinder's, and nothing for a process lock", () => {
    const lockDirectory = "/var/lib/cinder/tmp";
    const key = lockKey("node", "vol/a");
    assert.deepEqual(lockLocation(key, { lockDirectory }), { path: "/var/lib/cinder/tmp/vol%2Fa.lock" });
    assert.deepEqual(lockLocation(key, { lockDirectory, lockFiles: "cinder" }), {
      path: "/var/lib/cinder/tmp/cinder-vol_a",
    });
    assert.deepEqual(lockLocation(lockKey("process", "a")), {});
  });

  const refused: readonly (readonly [options: unknown, argument: string])[] = [
    [{ namespace: "/x" }, "namespace"],
    [{ wire: "tooz" }, "wire"],
    [{ wire: [] }, "wire"],
    [{ lockFiles: "oslo" }, "lockFiles"],
    [{ lockFiles: "cinder" }, "lockDirectory"],
    [{ lockDirectory: "tmp" }, "lockDirectory"],
  ];
  for (const [options, argument] of refused) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(
        () => lockLocation("a", options as LockLocationOptions),
        (error) => error instanceof InvalidArgumentError && error.argument === argument,
      );
    });
  }

  it("refuses names that the place cannot take", () => {
    const cinderFiles = { lockDirectory: "/locks", lockFiles: "cinder" } as const;
    assert.throws(() => lockLocation("größe", { wire: "cinder" }), InvalidArgumentError);
    assert.throws(() => lockLocation(lockKey("node", "a\0b"), cinderFiles), InvalidArgumentError);
    assert.throws(() => lockLocation(lockKey("node", "x".repeat(249)), cinderFiles), InvalidArgumentError);
    assert.equal(
      lockLocation(lockKey("node", "x".repeat(248)), cinderFiles).path?.length,
      "/locks/".length + 255,
    );
  });
});
