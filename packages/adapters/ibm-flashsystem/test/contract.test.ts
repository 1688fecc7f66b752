import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FlashSystemDriver, flashsystem } from "@fenceline/adapter-ibm-flashsystem";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const initialization = ["node:flashsystem-init-conn"];
const termination = ["node:flashsystem-term-conn"];
const map = ["node:flashsystem-map"];
const unmap = ["node:flashsystem-unmap"];
const copyProgress = ["process:flashsystem-copy-progress"];

const connection = { args: [{ id: "v1", name: "volume-1" }, { host: "compute-1" }] };
const mapping = { args: ["volume-1", { host: "compute-1" }] };
const copy = { args: [["volume-1", "snapshot-1"]] };

const calls = {
  initializeConnection: { ...connection, locks: initialization },
  terminateConnection: { ...connection, locks: termination },
  mapVdiskToHost: { ...mapping, locks: map },
  unmapVdiskFromHost: { ...mapping, locks: unmap },
  setVdiskCopyInProgress: { ...copy, locks: copyProgress },
  unsetVdiskCopyInProgress: { ...copy, locks: copyProgress },
};

const nested = [
  { outer: "initializeConnection", inner: "mapVdiskToHost", requests: [initialization, map] },
  { outer: "terminateConnection", inner: "unmapVdiskFromHost", requests: [termination, unmap] },
  // After an error an attach undoes what it did.
  { outer: "initializeConnection", inner: "terminateConnection", requests: [initialization, termination] },
] as const;

const perArray = { naming: { per: "array" }, attributes: { array: "00000204FFE0" } } as const;
const named = [
  { ...perArray, method: "initializeConnection", locks: ["node:flashsystem-init-conn-00000204FFE0"] },
  { ...perArray, method: "terminateConnection", locks: ["node:flashsystem-term-conn-00000204FFE0"] },
  { ...perArray, method: "mapVdiskToHost", locks: ["node:flashsystem-map-00000204FFE0"] },
  { ...perArray, method: "unmapVdiskFromHost", locks: ["node:flashsystem-unmap-00000204FFE0"] },
] as const;

describe("adapter ibm-flashsystem", () => {
  for (const { name, run } of adapterContract<FlashSystemDriver>(flashsystem, { calls, nested, named }))
    it(name, run);

  it("lets a copy, a detach and an attach that is undone all end, each begun before another has ended", async () => {
    const lockDirectory = await mkdtemp(join(tmpdir(), "fenceline-flashsystem-"));
    await using coordinator = await connect({ etcd: false, lockDirectory });
    const [attachBegun, detachBegun, copyEnded, undoBegun] = [gate(), gate(), gate(), gate()];
    const order: string[] = [];
    const driver = flashsystem.guard(coordinator, {
      async initializeConnection() {
        attachBegun.open();
        await copyEnded.opened;
        await driver.mapVdiskToHost();
        const undone = driver.terminateConnection("attach");
        undoBegun.open();
        await undone;
      },
      async terminateConnection(by: unknown) {
        detachBegun.open();
        await Promise.all([copyEnded.opened, undoBegun.opened]);
        await driver.unmapVdiskFromHost();
        order.push(String(by));
      },
      async mapVdiskToHost() {},
      async unmapVdiskFromHost() {},
      async setVdiskCopyInProgress() {},
      async unsetVdiskCopyInProgress() {
        copyEnded.open();
      },
    });

    await driver.setVdiskCopyInProgress();
    const connections = [driver.initializeConnection(), driver.terminateConnection("detach")];
    await Promise.all([attachBegun.opened, detachBegun.opened]);
    await driver.mapVdiskToHost();
    await driver.unmapVdiskFromHost();
    await driver.unsetVdiskCopyInProgress();
    await Promise.all(connections);

    assert.deepEqual(order, ["detach", "attach"]);
    await rm(lockDirectory, { recursive: true });
  });
});

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

export async function example(array: FlashSystemDriver, volume: unknown, connector: unknown): Promise<void> {
  await using coordinator = await connect({ etcd: false });
  const driver = flashsystem.guard(coordinator, array);
  await driver.initializeConnection(volume, connector);
}
