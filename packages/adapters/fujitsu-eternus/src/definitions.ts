import { defineLock, type GuardedCall } from "@fenceline/core";

const eternus = {
  system: "Fujitsu ETERNUS DX",
  scope: "node",
  names: "cinder",
  parameters: {},
  source: {
    repository: "openstack/cinder",
    release: "13.0.0",
    commit: "41de06dcf6f1c84b6d4eb2f8d3b4f002d8c67f96",
    files: ["cinder/volume/drivers/fujitsu/eternus_dx_common.py"],
  },
} as const;
const outer = {
  ...eternus,
  nesting: "the `smis…` locks are taken inside, never the other way round",
} as const;
const inner = {
  ...eternus,
  nesting: "inside `volume`, `statistics` or `connection`, never around them",
} as const;

const call = <M extends string>(method: M, origin: string, criticalSection: string): GuardedCall<M> => ({
  method,
  origin: `FJDXCommon.${origin}`,
  criticalSection,
});

/** One change of volumes at a time, on all arrays of a host. */
export const volume = defineLock({
  ...outer,
  template: "ETERNUS-vol",
  guards: [
    call("createLocalClonedVolume", "_create_local_cloned_volume", "copy a volume on the array"),
    call("deleteVolumeSetting", "_delete_volume_setting", "remove host affinity and copy sessions"),
    call("deleteVolume", "_delete_volume", "delete the volume on the array"),
    call("createSnapshot", "create_snapshot", "create a SnapOPC snapshot"),
    call("extendVolume", "extend_volume", "expand the volume"),
  ],
});

/** One attach or detach at a time, on all arrays of a host. */
export const connection = defineLock({
  ...outer,
  template: "ETERNUS-connect",
  guards: [
    call("mapLun", "_map_lun", "expose a volume to the host's initiators (affinity groups)"),
    call("unmapLun", "_unmap_lun", "hide the volume and clean up the affinity group"),
  ],
});

/** One reading of statistics at a time. */
export const statistics = defineLock({
  ...outer,
  template: "ETERNUS-update",
  guards: [call("updateVolumeStats", "update_volume_stats", "read the capacity of the pools")],
});

/** One method of the array at a time, until its job has ended. */
export const smisExec = defineLock({
  ...inner,
  template: "ETERNUS-SMIS-exec",
  guards: [
    call("execEternusService", "_exec_eternus_service", "invoke a method, poll its job until it ends"),
  ],
});

/** One enumeration or association at a time. */
export const smisOther = defineLock({
  ...inner,
  template: "ETERNUS-SMIS-other",
  guards: [
    call("enumEternusInstances", "_enum_eternus_instances", "EnumerateInstances"),
    call("enumEternusInstanceNames", "_enum_eternus_instance_names", "EnumerateInstanceNames"),
    call("assocEternus", "_assoc_eternus", "Associators"),
    call("assocEternusNames", "_assoc_eternus_names", "AssociatorNames"),
    call("referenceEternusNames", "_reference_eternus_names", "ReferenceNames"),
  ],
});

/** One reading of an instance at a time. */
export const smisGetInstance = defineLock({
  ...inner,
  template: "ETERNUS-SMIS-getinstance",
  guards: [call("getEternusInstance", "_get_eternus_instance", "GetInstance")],
});
