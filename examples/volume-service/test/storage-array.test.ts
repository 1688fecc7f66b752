import assert from "node:assert/strict";
import { type ArrayCaller, StorageArray } from "../dist/arrays/storage-array.js";

describe("StorageArray", () => {
  const a: ArrayCaller = { user: "a" };
  const b: ArrayCaller = { user: "b" };

  function arrayWithVolumes(fencedBy: "array" | "object" = "array"): StorageArray {
    const array = new StorageArray("array-1", fencedBy);
    for (const volume of ["v1", "v2"]) array.createVolume({ user: "setup" }, volume);
    return array;
  }

  it("loses a mapping to a LUN that is given twice", () => {
    const array = arrayWithVolumes();
    const { id } = array.addHost({ user: "setup" }, "compute");
    array.readHost(a, id);
    array.readHost(b, id);
    array.mapLun(a, id, "1", "v1");
    array.mapLun(b, id, "1", "v2");
    assert.deepEqual(array.damage, { "LUN given twice": 1 });
    assert.equal(array.record.overlaps.length, 1);
    assert.deepEqual(array.attachments("v1"), []);
    assert.deepEqual(array.attachments("v2"), ["compute lun 1"]);
  });

  it("adds a second host of the same name when told to", () => {
    const array = arrayWithVolumes();
    assert.deepEqual(array.findHosts(a, "compute"), []);
    assert.deepEqual(array.findHosts(b, "compute"), []);
    array.addHost(a, "compute");
    array.addHost(b, "compute");
    assert.deepEqual(array.damage, { "duplicate host": 1 });
    assert.equal(array.record.overlaps.length, 1);
  });

  it("loses what is mapped to a host that is removed", () => {
    const array = arrayWithVolumes();
    const { id } = array.addHost(a, "compute");
    array.mapLun(a, id, "1", "v1");
    array.removeHost(b, id);
    assert.deepEqual(array.damage, { "host in use removed": 1 });
    assert.deepEqual(array.attachments("v1"), []);
  });

  it("loses attributes that are written over", () => {
    const array = arrayWithVolumes();
    array.readAttributes(a, "v1");
    array.readAttributes(b, "v1");
    array.writeAttributes(a, "v1", { clonedCount: 1 });
    array.writeAttributes(b, "v1", { clonedCount: 1 });
    assert.deepEqual(array.damage, { "attributes overwritten": 1 });
  });

  it("takes attachments and detachments that come one after the other", () => {
    const array = arrayWithVolumes();
    for (const [caller, volume, lun] of [
      [a, "v1", "1"],
      [b, "v2", "2"],
    ] as const) {
      const { id } = array.findHosts(caller, "compute")[0] ?? array.addHost(caller, "compute");
      array.mapLun(caller, id, lun, volume);
    }
    assert.deepEqual(array.damage, {});
    assert.deepEqual(array.record.overlaps, []);
    assert.deepEqual(array.attachments("v2"), ["compute lun 2"]);
  });

  it("refuses a write under an older token, and leaves no trace of it but the refusal", () => {
    const array = arrayWithVolumes();
    const { id } = array.addHost({ user: "b", token: 2n }, "compute");
    assert.throws(() => array.mapLun({ user: "a", token: 1n }, id, "1", "v1"), { status: 409 });
    assert.deepEqual(array.attachments("v1"), []);
    assert.deepEqual(array.record.overlaps, []);
    assert.deepEqual(array.fence.refused, [{ user: "a", resource: "array-1", token: "1", newest: "2" }]);
  });

  it("refuses a late write to a host that the next holder has removed", () => {
    const array = arrayWithVolumes();
    const { id } = array.addHost({ user: "a", token: 1n }, "compute");
    array.removeHost({ user: "b", token: 2n }, id);
    assert.throws(() => array.mapLun({ user: "a", token: 1n }, id, "1", "v1"), { status: 409 });
  });

  it("learns a token from a step that only looks", () => {
    const array = arrayWithVolumes();
    array.findHosts({ user: "b", token: 2n }, "compute");
    assert.throws(() => array.addHost({ user: "a", token: 1n }, "compute"), { status: 409 });
  });

  it("compares tokens for each object where locks are that narrow", () => {
    const array = arrayWithVolumes("object");
    array.addHost({ user: "a", token: 2n }, "compute-1");
    array.addHost({ user: "b", token: 1n }, "compute-2");
    assert.deepEqual(array.fence.refused, []);
    assert.throws(() => array.addHost({ user: "b", token: 1n }, "compute-1"), { status: 409 });
  });
});
