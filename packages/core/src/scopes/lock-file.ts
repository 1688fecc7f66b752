import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { LockPathError } from "../errors.js";
import type { FencingToken } from "../fencing/fencing-token.js";
import { nextCount } from "../fencing/hybrid-counter.js";
import {
  checkLockDirectory,
  directoryError,
  isTrustedOwner,
  isWritableByAll,
  type LockDirectory,
  systemCode,
} from "./lock-directory.js";

/**
 * One opening of a lock file. The file is never removed: a lock on a removed file excludes nobody new.
 *
 * The file may be Cinder's (`lockFiles: "cinder"`). The counter in it is no matter to oslo.concurrency and
 * fasteners, which open the file to append, lock it, and neither read nor write it. When they remove it
 * (`cinder-manage util clean_locks`) the lock is lost, and the next counter starts at the wall clock: above this
 * one, from the next millisecond on.
 */
export interface LockFile {
  readonly path: string;
  readonly fd: number;
  /** False when the path leads to another file by now, or to none: others can lock what it leads to. */
  isInPlace(): boolean;
  /** Draws a token from the counter in the file. Only while the file is locked. */
  nextToken(wallNowMs: number): FencingToken;
  close(): void;
}

/** No O_TRUNC: nothing is written before the lock is held. O_NONBLOCK: a FIFO would wait for its other end. */
const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const GROUP_MODE = 0o660;
const OWNER_MODE = 0o600;
/** A count, always as wide as the largest token, so that one write replaces the last whole. */
const COUNT_DIGITS = 19;
/** The leading digit keeps a forged count below the largest token; a true one gets there in 287,000 years. */
const COUNT = /^[0-8]\d{18}\n$/;

/**
 * Opens a lock file, made if it is missing, and refuses what somebody may have put in its place: a symbolic
 * link, anything but a regular file, a hard link to another file, a file of somebody else or open to everybody.
 *
 * @throws LockPathError
 */
export function openLockFile(path: string): LockFile {
  const directory = checkLockDirectory(dirname(path));
  const fd = openOrExplain(path, directory);
  try {
    const opened = fstatSync(fd, { bigint: true });
    assertSafe(path, opened, directory);
    if (directory.sharedWithGroup !== undefined) undoUmask(fd, opened);
    return {
      path,
      fd,
      isInPlace() {
        const found = lookAt(path);
        return found?.ino === opened.ino && found.dev === opened.dev;
      },
      nextToken(wallNowMs) {
        const token = nextCount(readCount(fd), wallNowMs);
        try {
          writeSync(fd, `${String(token).padStart(COUNT_DIGITS, "0")}\n`, 0);
        } catch (error) {
          throw fileError(path, "cannot be written", error);
        }
        return token;
      },
      close: () => closeSync(fd),
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** The error for a system error that a lock file, or its directory, gave cause for. */
export function fileError(path: string, what: string, error: unknown): LockPathError {
  return directoryError(dirname(path), error) ?? plainFileError(path, what, error);
}

function plainFileError(path: string, what: string, cause: unknown): LockPathError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LockPathError("lock_file", path, `${what}: ${why}`, { cause });
}

function openOrExplain(path: string, directory: LockDirectory): number {
  try {
    return openSync(path, FLAGS, directory.sharedWithGroup === undefined ? OWNER_MODE : GROUP_MODE);
  } catch (error) {
    const found = lookAt(path);
    if (found === undefined) throw fileError(path, "cannot be created", error);
    assertSafe(path, found, directory);
    const explain = systemCode(error) === "EACCES" ? plainFileError : fileError;
    throw explain(path, "cannot be opened", error);
  }
}

function assertSafe(path: string, stat: BigIntStats, directory: LockDirectory): void {
  const refuse = (why: string): never => {
    throw new LockPathError("lock_file", path, `${why}; it was left as it is`);
  };
  const ownedByGroup = Number(stat.gid) === directory.sharedWithGroup;
  if (stat.isSymbolicLink()) refuse("is a symbolic link: remove it");
  if (!stat.isFile()) refuse("is not a regular file: remove it");
  if (stat.nlink > 1n) refuse(`is one of ${stat.nlink} hard links to the same file: remove it`);
  if (!isTrustedOwner(Number(stat.uid)) && !ownedByGroup)
    refuse(`belongs to uid ${stat.uid}: change its owner`);
  if (isWritableByAll(Number(stat.mode))) refuse('is writable by everybody: use "chmod o-w"');
}

/** A umask may have kept a new file from the group that shares the directory. */
function undoUmask(fd: number, stat: BigIntStats): void {
  const own = Number(stat.uid) === process.geteuid?.();
  if (own && (Number(stat.mode) & GROUP_MODE) !== GROUP_MODE) fchmodSync(fd, GROUP_MODE);
}

/** What a path leads to. What cannot be seen is as good as gone. */
function lookAt(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Empty or broken content counts as 0: the clock below the count keeps the tokens growing. */
function readCount(fd: number): bigint {
  const buffer = Buffer.alloc(COUNT_DIGITS + 1);
  const content = buffer.toString("latin1", 0, readSync(fd, buffer, 0, buffer.length, 0));
  return COUNT.test(content) ? BigInt(content.trimEnd()) : 0n;
}
