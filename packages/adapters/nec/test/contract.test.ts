import { type NecDriver, nec, type Volume } from "@fenceline/adapter-nec";
import { connect } from "@fenceline/core";
import { adapterContract } from "@fenceline/testing";

const attributes = { diskarrayName: "M320F-1" };
const onArray = {
  attributes,
  args: ["iSMview -all"],
  elsewhere: { attributes: { diskarrayName: "M320F-2" } },
  incomplete: [{ attributes: { diskarrayName: undefined } }],
};
const command = { ...onArray, locks: ["global:mstorage_ismcli_execute_M320F-1"] };
const binding = { ...onArray, locks: ["global:mstorage_bind_execute_M320F-1"] };

const of = (volume: unknown) => ({ args: [volume, { host: "compute-1" }] });
const onVolume = {
  attributes,
  ...of({ id: "5e1f7a30" }),
  elsewhere: of({ id: "b0a7c2d4" }),
  incomplete: [of(undefined)],
};
const iscsiDetach = { ...onVolume, locks: ["global:mstorage_iscsi_terminate_5e1f7a30"] };
const fcDetach = { ...onVolume, locks: ["global:mstorage_fc_terminate_5e1f7a30"] };

const calls = {
  syncExecute: command,
  syncBindLd: binding,
  createSnapshotAndLink: binding,
  exportVolume: binding,
  createSnapshot: binding,
  iscsiTerminateConnection: iscsiDetach,
  fcTerminateConnection: fcDetach,
};

const nested = [
  { outer: "syncBindLd", inner: "syncExecute", requests: [binding.locks, command.locks] },
  { outer: "createSnapshot", inner: "syncBindLd", requests: [binding.locks] },
  { outer: "iscsiTerminateConnection", inner: "syncExecute", requests: [iscsiDetach.locks, command.locks] },
  { outer: "fcTerminateConnection", inner: "syncExecute", requests: [fcDetach.locks, command.locks] },
] as const;

describe("adapter nec", () => {
  for (const { name, run } of adapterContract<NecDriver>(nec, { calls, nested })) it(name, run);
});

export async function example(array: NecDriver, volume: Volume, connector: unknown): Promise<void> {
  await using coordinator = await connect("etcd://10.0.0.1:2379");
  const driver = nec.guard(coordinator, array);
  await driver.exportVolume(volume, connector);
  await driver.iscsiTerminateConnection(volume, connector);
}
