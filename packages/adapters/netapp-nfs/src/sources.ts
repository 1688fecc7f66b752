import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder15 = {
  repository: "openstack/cinder",
  release: "15.0.0",
  commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
} as const;

/** Where each lock was read. */
export const sources = {
  cacheFile: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/netapp/dataontap/nfs_base.py",
      template: "cache_file",
      calls: ["_do_clone_rel_img_cache"],
    },
    {
      ...cinder15,
      file: "cinder/volume/drivers/netapp/dataontap/nfs_base.py",
      template: "f[0]",
      calls: ["_delete_files_till_bytes_free"],
    },
  ],
  cleaning: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/netapp/dataontap/nfs_base.py",
      template: "clean_cache",
      calls: ["_spawn_clean_cache_job"],
    },
  ],
  destination: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/netapp/dataontap/nfs_base.py",
      template: "dest_path",
      calls: ["_move_nfs_file"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
