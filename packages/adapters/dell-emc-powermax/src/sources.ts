import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder13 = {
  repository: "openstack/cinder",
  release: "13.0.0",
  commit: "41de06dcf6f1c84b6d4eb2f8d3b4f002d8c67f96",
} as const;
const cinderMaster = {
  repository: "openstack/cinder",
  release: "master",
  commit: "ab09bc39dbcd4d5b301f2f5da8fcfd9e5ef1fe8c",
} as const;

/** Where each lock was read. */
export const sources = {
  snapshotSource: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/common.py",
      template: "emc-source-{sourcedevice_id}",
      calls: ["VMAXCommon.delete_snapshot"],
    },
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/common.py",
      template: "emc-source-{source}",
      calls: ["VMAXCommon._sync_check", "VMAXCommon._clone_check"],
    },
  ],
  rdfPair: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/provision.py",
      template: "emc-rg-{rdf_group}",
      calls: ["VMAXProvision.extend_volume", "VMAXProvision.break_rdf_relationship"],
    },
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/rest.py",
      template: "emc-rg-{rdf_group_no}",
      calls: ["VMAXRest.create_rdf_device_pair"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/provision.py",
      template: "emc-rg-{rdf_group}",
      calls: ["extend_volume", "break_rdf_relationship"],
    },
  ],
  maskingView: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/masking.py",
      template: "emc-mv-{maskingview_name}",
      calls: ["VMAXMasking.setup_masking_view"],
    },
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/masking.py",
      template: "emc-mv-{mv_name}",
      calls: ["VMAXMasking.remove_volume_from_sg"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/masking.py",
      template: "emc-mv-{maskingview_name}-{serial_number}",
      calls: ["get_or_create_masking_view_and_map_lun"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/masking.py",
      template: "emc-mv-{mv_name}-{serial_number}",
      calls: ["remove_volume_from_sg"],
    },
  ],
  childGroup: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/masking.py",
      template: "emc-sg-{child_sg}",
      calls: ["VMAXMasking.add_child_sg_to_parent_sg"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/masking.py",
      template: "emc-sg-{child_sg}-{serial_number}",
      calls: ["add_child_sg_to_parent_sg"],
    },
  ],
  parentGroup: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/masking.py",
      template: "emc-sg-{parent_sg}",
      calls: ["VMAXMasking.add_child_sg_to_parent_sg"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/masking.py",
      template: "emc-sg-{parent_sg}-{serial_number}",
      calls: ["add_child_sg_to_parent_sg"],
    },
  ],
  sourceGroup: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/masking.py",
      template: "emc-sg-{source_storagegroup_name}",
      calls: ["VMAXMasking.move_volume_between_storage_groups"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/masking.py",
      template: "emc-sg-{source_storage_group_name}-{serial_number}",
      calls: ["move_volume_between_storage_groups"],
    },
  ],
  targetGroup: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/masking.py",
      template: "emc-sg-{target_storagegroup_name}",
      calls: ["VMAXMasking.move_volume_between_storage_groups"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/masking.py",
      template: "emc-sg-{target_storage_group_name}-{serial_number}",
      calls: ["move_volume_between_storage_groups"],
    },
  ],
  storageGroup: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/masking.py",
      template: "emc-sg-{sg_name}",
      calls: [
        "VMAXMasking.add_volume_to_storage_group",
        "VMAXMasking.add_volumes_to_storage_group",
        "VMAXMasking.remove_volumes_from_storage_group",
        "VMAXMasking.remove_volume_from_sg",
      ],
    },
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/masking.py",
      template: "emc-sg-{sg_name}",
      calls: ["VMAXMasking.remove_volume_from_sg"],
    },
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/provision.py",
      template: "emc-sg-{storage_group}",
      calls: ["VMAXProvision.create_storage_group", "VMAXProvision.create_volume_from_sg"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/masking.py",
      template: "emc-sg-{sg_name}-{serial_number}",
      calls: [
        "add_volume_to_storage_group",
        "remove_volume_from_sg",
        "move_volume_between_storage_groups",
        "add_child_sg_to_parent_sg",
        "add_volume_to_default_storage_group",
      ],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/provision.py",
      template: "emc-sg-{storage_group}-{array}",
      calls: ["create_storage_group", "create_volume_from_sg"],
    },
  ],
  defaultGroup: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/masking.py",
      template: "emc-sg-{default_sg_name}",
      calls: ["VMAXMasking.add_volume_to_default_storage_group"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/masking.py",
      template: "emc-sg-{default_sg_name}-{serial_number}",
      calls: ["add_volume_to_default_storage_group"],
    },
  ],
  member: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/masking.py",
      template: "emc-vol-{device_id}",
      calls: ["VMAXMasking.remove_and_reset_members"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/masking.py",
      template: "emc-vol-{device_id}",
      calls: ["remove_and_reset_members"],
    },
  ],
  parentOfView: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/masking.py",
      template: "emc-mv-{parent_name}",
      calls: ["VMAXMasking.remove_volume_from_sg"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/masking.py",
      template: "emc-mv-{parent_name}-{serial_number}",
      calls: ["remove_volume_from_sg"],
    },
  ],
  initiatorGroup: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/masking.py",
      template: "emc-ig-{ig_name}",
      calls: ["VMAXMasking._last_volume_delete_initiator_group"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/masking.py",
      template: "emc-ig-{ig_name}-{array}",
      calls: ["_delete_ig"],
    },
  ],
  snapshot: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/provision.py",
      template: "emc-snapvx-{snapvx_name}",
      calls: ["VMAXProvision.delete_temp_volume_snap"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/provision.py",
      template: "emc-snapvx-{src_device_id}",
      calls: [
        "create_volume_snapvx",
        "create_volume_replica",
        "unlink_snapvx_tgt_volume",
        "delete_volume_snap",
      ],
    },
  ],
  volume: [
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/fc.py",
      template: "{self.driver_prefix}-{volume.id}",
      calls: ["initialize_connection", "terminate_connection"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/iscsi.py",
      template: "{self.driver_prefix}-{volume.id}",
      calls: ["initialize_connection", "terminate_connection"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/nvme.py",
      template: "{self.driver_prefix}-{volume.id}",
      calls: ["initialize_connection", "terminate_connection"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/nvme_tcp.py",
      template: "{self.driver_prefix}-{volume.id}",
      calls: ["initialize_connection", "terminate_connection"],
    },
  ],
  rdfGroup: [
    {
      ...cinder13,
      file: "cinder/volume/drivers/dell_emc/vmax/common.py",
      template: "emc-rg-{rdf_group}",
      calls: ["VMAXCommon._cleanup_metro_target"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/common.py",
      template: "emc-{rdf_group_no}-rdf",
      calls: ["_extend_legacy_replicated_vol", "cleanup_rdf_device_pair"],
    },
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/common.py",
      template: "emc-{rdf_group}-rdf",
      calls: ["_cleanup_remote_target"],
    },
  ],
  replicatedCreation: [
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/common.py",
      template: "emc-rdf-vol-{storagegroup_name}-{array}",
      calls: ["_create_replication_enabled_volume"],
    },
  ],
  plainCreation: [
    {
      ...cinderMaster,
      file: "cinder/volume/drivers/dell_emc/powermax/common.py",
      template: "emc-nonrdf-vol-{storagegroup_name}-{array}",
      calls: ["_create_non_replicated_volume"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [
  {
    ...cinder13,
    system: "Dell EMC PowerMax and VMAX",
    file: "cinder/volume/drivers/dell_emc/vmax/utils.py",
    reason: 'the word "synchronized" is in the constant RDF_SYNC_STATE only',
  },
];
