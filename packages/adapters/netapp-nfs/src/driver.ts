/** What a driver of ONTAP NFS shares needs to have for its locks. */
export interface NetappNfsDriver {
  /** Identity of the ONTAP cluster or SVM, such as its UUID; needed with `per: "array"` only. */
  readonly array?: string | undefined;
  /** Clones `source` to `destination`; one of them is the image's file in the cache, `cacheFile`. */
  doCloneRelImgCache(source: string, destination: string, share: string, cacheFile: string): unknown;
  /** Deletes one file of the cache, given by its name without the path: the inner part of Cinder's loop. */
  deleteCacheFile(cacheFile: string, ...rest: unknown[]): unknown;
  moveNfsFile(sourcePath: string, destPath: string): unknown;
  spawnCleanCacheJob(): unknown;
}
