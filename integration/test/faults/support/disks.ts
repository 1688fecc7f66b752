import { mkdir, mkdtemp, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./requirements.js";
import { undoAtTheEnd } from "./undo.js";

/** A file system of the test's own, mounted while it is not disposed of. */
export interface Disk extends AsyncDisposable {
  readonly path: string;
  /** Lets every write wait, as a disk does whose cable is pulled, until what is returned is disposed of. */
  freeze(): Promise<AsyncDisposable>;
}

/** What is needed for `mountLoopDisk`. */
export const LOOP_DISK_PROGRAMS: readonly string[] = ["mkfs.ext4", "mount", "umount", "losetup", "fsfreeze"];

/** Processes that were killed a moment ago may still have files open. */
const UNMOUNT = `
  fsfreeze -u "$1/disk" 2>/dev/null
  tries=0
  while mountpoint -q "$1/disk"; do
    umount "$1/disk" 2>/dev/null && break
    tries=$((tries + 1))
    [ $tries -lt 50 ] || umount -l "$1/disk"
    sleep 0.1
  done
  rm -rf "$1"`;

/** An ext4 in a sparse file behind a loop device. */
export function mountLoopDisk(sizeMiB: number): Promise<Disk> {
  return mountDisk(async (directory, path) => {
    const image = join(directory, "image");
    await writeFile(image, "");
    await truncate(image, sizeMiB * 2 ** 20);
    await run("mkfs.ext4", "-q", image);
    // The loop device is freed by the kernel when this is unmounted.
    await run("mount", "-o", "loop", image, path);
  });
}

/** A tmpfs with such options as `size=100m`. It cannot be frozen. */
export function mountMemoryDisk(options: string): Promise<Disk> {
  return mountDisk((_directory, path) => run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path));
}

async function mountDisk(mount: (directory: string, path: string) => Promise<void>): Promise<Disk> {
  const directory = await mkdtemp(join(tmpdir(), "fenceline-disk-"));
  const path = join(directory, "disk");
  const unmount = undoAtTheEnd(UNMOUNT, directory);
  try {
    await mkdir(path);
    await mount(directory, path);
  } catch (error) {
    await unmount[Symbol.asyncDispose]();
    throw error;
  }
  return {
    path,
    async freeze() {
      await run("fsfreeze", "-f", path);
      return { [Symbol.asyncDispose]: () => run("fsfreeze", "-u", path) };
    },
    [Symbol.asyncDispose]: () => unmount[Symbol.asyncDispose](),
  };
}
