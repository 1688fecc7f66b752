import { defineLock, type GuardedCall } from "@fenceline/core";
import { sources } from "./sources.js";

const eternus = {
  system: "Fujitsu ETERNUS DX",
  scope: "node",
  names: "cinder",
  parameters: { array: "identity of the array, such as its serial number, for names per array" },
  fencing: "none",
} as const;
const outer = {
  ...eternus,
  nesting: "the `smis…` locks are taken inside, never the other way round",
} as const;
const inner = {
  ...eternus,
  nesting: "inside `volume`, `statistics` or `connection`, never around them",
} as const;

// As long as Cinder polls a job of the array: JOB_RETRIES times JOB_INTERVAL_SEC in constants.py, 60 * 10 s.
const jobMs = 600_000;
// A reading that was left behind changes nothing on the array.
const readingMs = 0;

const call = <M extends string>(method: M, origin: string, criticalSection: string): GuardedCall<M> => ({
  method,
  origin: `FJDXCommon.${origin}`,
  criticalSection,
});

/** One change of volumes at a time, on all arrays of a host. */
export const volume = defineLock({
  ...outer,
  template: "ETERNUS-vol",
  perArray: "ETERNUS-vol-{array}",
  guards: [
    call("createLocalClonedVolume", "_create_local_cloned_volume", "copy a volume on the array"),
    call("deleteVolumeSetting", "_delete_volume_setting", "remove host affinity and copy sessions"),
    call("deleteVolume", "_delete_volume", "delete the volume on the array"),
    call("createSnapshot", "create_snapshot", "create a SnapOPC snapshot"),
    call("extendVolume", "extend_volume", "expand the volume"),
  ],
  lockDelayMs: jobMs,
  sources: sources.volume,
});

/** One attach or detach at a time, on all arrays of a host. */
export const connection = defineLock({
  ...outer,
  template: "ETERNUS-connect",
  perArray: "ETERNUS-connect-{array}",
  guards: [
    call("mapLun", "_map_lun", "expose a volume to the host's initiators (affinity groups)"),
    call("unmapLun", "_unmap_lun", "hide the volume and clean up the affinity group"),
  ],
  lockDelayMs: jobMs,
  sources: sources.connection,
});

/** One reading of statistics at a time. */
export const statistics = defineLock({
  ...outer,
  template: "ETERNUS-update",
  perArray: "ETERNUS-update-{array}",
  guards: [call("updateVolumeStats", "update_volume_stats", "read the capacity of the pools")],
  lockDelayMs: readingMs,
  sources: sources.statistics,
});

/** One method of the array at a time, until its job has ended. */
export const smisExec = defineLock({
  ...inner,
  template: "ETERNUS-SMIS-exec",
  perArray: "ETERNUS-SMIS-exec-{array}",
  guards: [
    call("execEternusService", "_exec_eternus_service", "invoke a method, poll its job until it ends"),
  ],
  lockDelayMs: jobMs,
  sources: sources.smisExec,
});

/** One enumeration or association at a time. */
export const smisOther = defineLock({
  ...inner,
  template: "ETERNUS-SMIS-other",
  perArray: "ETERNUS-SMIS-other-{array}",
  guards: [
    call("enumEternusInstances", "_enum_eternus_instances", "EnumerateInstances"),
    call("enumEternusInstanceNames", "_enum_eternus_instance_names", "EnumerateInstanceNames"),
    call("assocEternus", "_assoc_eternus", "Associators"),
    call("assocEternusNames", "_assoc_eternus_names", "AssociatorNames"),
    call("referenceEternusNames", "_reference_eternus_names", "ReferenceNames"),
  ],
  lockDelayMs: readingMs,
  sources: sources.smisOther,
});

/** One reading of an instance at a time. */
export const smisGetInstance = defineLock({
  ...inner,
  template: "ETERNUS-SMIS-getinstance",
  perArray: "ETERNUS-SMIS-getinstance-{array}",
  guards: [call("getEternusInstance", "_get_eternus_instance", "GetInstance")],
  lockDelayMs: readingMs,
  sources: sources.smisGetInstance,
});
