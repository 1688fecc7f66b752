import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder15 = {
  repository: "openstack/cinder",
  release: "15.0.0",
  commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
} as const;

/** Where each lock was read. */
export const sources = {
  connection: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/ibm/ibm_storage/ds8k_helper.py",
      template: "ibm-ds8k-{connector[host]}",
      calls: ["DS8KCommonHelper.initialize_connection", "DS8KCommonHelper.terminate_connection"],
    },
  ],
  consistencyGroup: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/ibm/ibm_storage/ds8k_proxy.py",
      template: "{self.prefix}-consistency-group",
      calls: [
        "DS8KProxy._find_pool_lss_pair_for_cg",
        "DS8KProxy._delete_group_with_lock",
        "DS8KProxy._delete_group_snapshot_with_lock",
        "DS8KProxy._remove_volumes_from_consisgroup",
        "DS8KProxy._do_flashcopy_with_freeze",
      ],
    },
  ],
  replication: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/ibm/ibm_storage/ds8k_replication.py",
      template: "ibm-ds8k-replication",
      calls: ["Replication.create_replica"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
