import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

const netappNfs = {
  system: "NetApp ONTAP NFS",
  names: "cinder",
  nesting: "a leaf: nothing else is taken inside",
  fencing: "none",
} as const;

// An assumption: Cinder opens its requests to ONTAP without a timeout, and `mv` and `rm` wait for the NFS server.
const requestMs = 60_000;

/** An image's file in the cache: not deleted while it is cloned. */
export const cacheFile = defineLock({
  ...netappNfs,
  scope: "node",
  template: "{cacheFile}",
  perArray: "{cacheFile}-{array}",
  parameters: {
    cacheFile: "name of the file without its path: img-cache-<UUID of the image>",
    array: "identity of the ONTAP cluster or SVM, such as its UUID, for names per array",
  },
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
  lockDelayMs: requestMs,
  sources: sources.cacheFile,
});

/**
 * The part of a path that is the same on all nodes: the directory of the share, which is a hash of its export, and
 * the file in it. What stands before is where a node mounts its shares.
 */
const onShare = (destPath: string): string => destPath.split("/").slice(-2).join("/");

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
  globalName: onShare,
  lockDelayMs: requestMs,
  sources: sources.destination,
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
  belongsTo: "process",
  lockDelayMs: 0,
  sources: sources.cleaning,
});
