import { createRequire } from "node:module";
import { NodeScopeUnavailableError } from "../errors.js";

/**
 * Open-file-description locks of Linux (`F_OFD_SETLK`, fcntl(2)): the kernel keeps them for one opening of a
 * file and drops them when the process dies. They exclude the POSIX record locks of other programs both ways,
 * Python's `fcntl.lockf` among them, but not flock(2).
 */
export interface OfdLocks {
  /** Locks the whole file if no other opening of it has. */
  tryLock(fd: number): boolean;
  /**
   * Resolves when the whole file is locked. Takes a thread for as long as it waits and cannot be cancelled;
   * the event loop stays alive until then.
   */
  waitForLock(fd: number): Promise<void>;
  unlock(fd: number): void;
}

/** Where the native module comes from: a parameter, so that a test can make it fail. */
export interface OfdLocksSource {
  readonly platform?: string;
  readonly require?: (name: string) => unknown;
}

const MODULE = "fs-native-extensions";

/**
 * Loads the native module, at the first lock that needs it.
 *
 * @throws NodeScopeUnavailableError on another platform than Linux, or when the module cannot be loaded.
 */
export function loadOfdLocks(source: OfdLocksSource = {}): OfdLocks {
  const { platform = process.platform, require = createRequire(import.meta.url) } = source;
  if (platform !== "linux") {
    throw new NodeScopeUnavailableError(
      `it needs the open-file-description locks of Linux and this is ${platform}; process and global scope work here`,
    );
  }
  try {
    return require(MODULE) as OfdLocks;
  } catch (cause) {
    throw new NodeScopeUnavailableError(
      `its native module cannot be loaded; install it beside @fenceline/core with "npm install ${MODULE}@1.5.1"` +
        " (it brings binaries for glibc on x64 and arm64, nothing is compiled)",
      { cause },
    );
  }
}
