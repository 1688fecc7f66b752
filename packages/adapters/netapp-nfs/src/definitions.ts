import { defineLock } from "@fenceline/core";

const netappNfs = {
  system: "NetApp ONTAP NFS",
  names: "cinder",
  nesting: "a leaf: nothing else is taken inside",
  source: {
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    files: ["cinder/volume/drivers/netapp/dataontap/nfs_base.py"],
  },
} as const;

/** An image's file in the cache: not deleted while it is cloned. */
export const cacheFile = defineLock({
  ...netappNfs,
  scope: "node",
  template: "{cacheFile}",
  parameters: { cacheFile: "name of the file without its path: img-cache-<UUID of the image>" },
  guards: [
    {
      method: "doCloneRelImgCache",
      criticalSection: "clone from or to the file, unless the destination exists",
      origin: "NetAppNfsDriver._do_clone_rel_img_cache",
    },
    {
      method: "deleteCacheFile",
      criticalSection: "delete the file",
      origin: "_do_delete in NetAppNfsDriver._delete_files_till_bytes_free",
    },
  ],
});

/** A file that another one is moved to. */
export const destination = defineLock({
  ...netappNfs,
  scope: "node",
  template: "{destPath}",
  parameters: { destPath: "full path of the destination on the mounted share" },
  guards: [
    {
      method: "moveNfsFile",
      criticalSection: "refuse if the destination exists, else move the file",
      origin: "NetAppNfsDriver._move_nfs_file",
    },
  ],
});

const clean = "look whether the cache is being cleaned, start cleaning if not";

/** The start of one cleaning of the cache at a time. */
export const cleaning = defineLock({
  ...netappNfs,
  scope: "process",
  template: "clean_cache",
  parameters: {},
  guards: [{ method: "spawnCleanCacheJob", criticalSection: clean, origin: "_spawn_clean_cache_job" }],
  releases: { before: "22.0.0" },
});
