import { isAbsolute, join, resolve } from "node:path";
import { InvalidArgumentError } from "../errors.js";
import { defaultLockDirectory } from "./lock-directory.js";
import { LONGEST_FILE_NAME, lockFileName } from "./lock-file-name.js";

/** How the files of node locks are named, see `ConnectOptions.lockFiles`. */
export type LockFileNaming = "fenceline" | "cinder";

/** Where the file of each node lock is. */
export interface LockFilePaths {
  /** Where several names share a file, and so are one lock: the one that stands for all of them. */
  canonicalName(name: string): string;
  /** Refuses, with an `InvalidArgumentError`, a name that no file can have. */
  assertName(name: string): void;
  pathOf(name: string): string;
}

/**
 * @param directory see `ConnectOptions.lockDirectory`
 * @throws InvalidArgumentError if `directory` is not an absolute path, or is missing for Cinder's files: only
 * Cinder's configuration knows where they are
 */
export function createLockFilePaths(naming: unknown = "fenceline", directory?: string): LockFilePaths {
  if (naming !== "fenceline" && naming !== "cinder") {
    throw new InvalidArgumentError("lockFiles", '"fenceline" or "cinder"', naming);
  }
  if (naming === "cinder" && directory === undefined) {
    throw new InvalidArgumentError("lockDirectory", 'given with `lockFiles: "cinder"`', directory);
  }
  const root = directory === undefined ? defaultLockDirectory() : assertAbsolute(directory);
  if (naming === "cinder") return createCinderPaths(root);
  return {
    canonicalName: (name) => name,
    assertName() {},
    pathOf: (name) => join(root, lockFileName(name)),
  };
}

/**
 * As oslo.concurrency names the files of Cinder's locks: the prefix, then the name, in which it replaces what would
 * lead into another directory, so `a/b` and `a_b` are one lock. Long names are not shortened.
 */
function createCinderPaths(root: string): LockFilePaths {
  const canonicalName = (name: string): string => name.replaceAll("/", "_");
  const prefix = "cinder-";
  const most = LONGEST_FILE_NAME - prefix.length;
  return {
    canonicalName,
    assertName(name) {
      if (!name.includes("\0") && Buffer.byteLength(name) <= most) return;
      const expected = `at most ${most} bytes without NUL with \`lockFiles: "cinder"\``;
      throw new InvalidArgumentError("name", expected, name);
    },
    pathOf: (name) => join(root, `${prefix}${canonicalName(name)}`),
  };
}

function assertAbsolute(directory: string): string {
  if (typeof directory !== "string" || !isAbsolute(directory) || directory.includes("\0")) {
    throw new InvalidArgumentError("lockDirectory", "an absolute path", directory);
  }
  return resolve(directory);
}
