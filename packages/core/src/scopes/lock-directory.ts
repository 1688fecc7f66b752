import { lstatSync, mkdirSync, readlinkSync, type Stats } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { LockPathError } from "../errors.js";

const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;
const WAY_OUT = "or choose another `lockDirectory`";

/** A directory that is safe to keep lock files in. */
export interface LockDirectory {
  /** The group that may create lock files beside the owner, if the directory lets it. */
  readonly sharedWithGroup: number | undefined;
}

/**
 * Where lock files are kept unless told otherwise: `$XDG_RUNTIME_DIR/fenceline`, else `/run/fenceline` for
 * root, else `fenceline-<uid>` in the directory for temporary files.
 */
export function defaultLockDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const { XDG_RUNTIME_DIR: runtime } = env;
  if (runtime !== undefined && isAbsolute(runtime)) return join(runtime, "fenceline");
  const uid = effectiveUid();
  return uid === 0 ? "/run/fenceline" : join(tmpdir(), `fenceline-${uid}`);
}

/**
 * Makes the directory if it is missing (mode 0700, parents too), and sees to it that nobody but its owner,
 * root, and the group it is shared with can put other files in place of the locks: checked anew before each
 * opening, because a directory can be swapped while a process runs.
 *
 * @throws LockPathError `lock_directory`
 */
export function checkLockDirectory(path: string): LockDirectory {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    assertTrustedParents(path, path);
    if (stat === undefined) makeDirectory(path);
    return assertTrustedDirectory(path, stat ?? lstatSync(path));
  } catch (error) {
    if (error instanceof LockPathError) throw error;
    throw directoryError(path, error) ?? unusable(path, error);
  }
}

/** True for who may own a lock file or a directory above it: this user, or root. */
export function isTrustedOwner(uid: number): boolean {
  return uid === 0 || uid === effectiveUid();
}

export function isWritableByAll(mode: number): boolean {
  return (mode & WRITABLE_BY_ALL) !== 0;
}

/** The error for a system error that tells of a fault of the directory, whatever was done in it. */
export function directoryError(path: string, error: unknown): LockPathError | undefined {
  const why = DIRECTORY_FAULTS[systemCode(error) ?? ""];
  return why === undefined
    ? undefined
    : new LockPathError("lock_directory", path, `${why}, ${WAY_OUT}`, { cause: error });
}

/** What the system calls an error, such as `EACCES`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** Step by step, as `recursive` takes a full or read-only file system for a missing directory. */
function makeDirectory(path: string): void {
  const parent = dirname(path);
  if (lstatSync(parent, { throwIfNoEntry: false }) === undefined) makeDirectory(parent);
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    // Somebody was faster: what is there now is looked at next.
    if (systemCode(error) !== "EEXIST") throw error;
  }
}

function unusable(path: string, cause: unknown): LockPathError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LockPathError("lock_directory", path, `cannot be used: ${why}`, { cause });
}

const DIRECTORY_FAULTS: Readonly<Record<string, string>> = {
  EACCES: "is not writable for this user: change its owner or mode",
  EPERM: "is not writable for this user: change its owner or mode",
  EROFS: "is on a read-only file system: mount it writable",
  ENOSPC: "is full: free space or inodes on its file system",
  EDQUOT: "is full: raise this user's quota",
  ENOTDIR: "is or lies below something that is not a directory: remove that",
  ELOOP: "lies below symbolic links that go in a circle: remove them",
};

function assertTrustedDirectory(path: string, stat: Stats): LockDirectory {
  const refuse = (why: string): never => {
    throw new LockPathError("lock_directory", path, `${why}, ${WAY_OUT}`);
  };
  if (stat.isSymbolicLink()) refuse("is a symbolic link: give the directory that it points to");
  if (!stat.isDirectory()) refuse("is not a directory: remove it");
  if (!isTrustedOwner(stat.uid)) refuse(`belongs to uid ${stat.uid}: change its owner`);
  if (isWritableByAll(stat.mode)) refuse('is writable by everybody: use "chmod o-w" or a directory in it');
  return { sharedWithGroup: (stat.mode & WRITABLE_BY_GROUP) === 0 ? undefined : stat.gid };
}

/** Whoever can rename a directory above can swap the locks below: the parents of links count as well. */
function assertTrustedParents(path: string, directory: string): void {
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    const stat = lstatSync(parent, { throwIfNoEntry: false });
    if (stat !== undefined) {
      const refuse = (why: string): never => {
        throw new LockPathError(
          "lock_directory",
          directory,
          `lies below "${parent}", which ${why}, ${WAY_OUT}`,
        );
      };
      if (!isTrustedOwner(stat.uid)) refuse(`belongs to uid ${stat.uid}: change its owner`);
      if (stat.isSymbolicLink()) {
        assertTrustedParents(join(resolve(dirname(parent), readlinkSync(parent)), "entry"), directory);
      } else if (isWritableByAll(stat.mode) && (stat.mode & STICKY) === 0) {
        refuse('is writable by everybody: use "chmod o-w" or "chmod +t"');
      }
    }
    if (parent === dirname(parent)) return;
  }
}

function effectiveUid(): number | undefined {
  return process.geteuid?.();
}
