import type { Clock } from "../clock.js";
import type { LockKey } from "../lock-key.js";
import { LocalQueue, type Ticket } from "../recipes/local-queue.js";
import { blockedInProcess } from "./blocked-in-process.js";
import type { LockFile } from "./lock-file.js";
import { createLockFilePaths, type LockFileNaming } from "./lock-file-naming.js";
import { lockFile, tryLockFile, unlockFile } from "./locked-file.js";
import { createNodeGrant } from "./node-grant.js";
import { loadOfdLocks, type OfdLocks } from "./ofd-locks.js";
import type { ScopeLocks } from "./scope-locks.js";

export interface NodeLocksOptions {
  readonly clock: Clock;
  /** Where the lock files are, see `ConnectOptions.lockDirectory`. */
  readonly directory?: string | undefined;
  /** See `ConnectOptions.lockFiles`. Default: `"fenceline"`. */
  readonly lockFiles?: LockFileNaming | undefined;
  /** Where the kernel's locks come from; called once, at the first lock. A parameter for tests. */
  readonly loadOfdLocks?: (() => OfdLocks) | undefined;
}

/**
 * Node scope: a lock is an open-file-description record lock of Linux on a file of its own. The kernel drops
 * it when the process dies, however it dies. It excludes the POSIX record locks of other programs and the
 * other way round (Python's `fcntl.lockf`, oslo.concurrency), but not flock(2).
 *
 * Inside the process, requests are served first come, first served, over all coordinators; only the first for
 * a lock waits in the kernel. A second copy of this package in the process, or a worker thread, has a queue of
 * its own and meets this one in the kernel, as another process does.
 *
 * A wait in the kernel takes a thread for each path and cannot be cancelled. A caller that gives up is told
 * at once, while the wait goes on until another caller takes it over or the lock is granted, and then given
 * back on the spot. **Until then it keeps the event loop alive: a process that wants to end earlier has to
 * call `process.exit()`.** In a worker thread, such a wait holds up even `worker.terminate()` and
 * `process.exit()`: wait for node locks in the main thread.
 *
 * A lock is lost only if somebody removes or replaces its file, for then others can lock the new one: the
 * holder's `assertHeld()` sees it at once, its listener is told within a second.
 *
 * What `acquire` and `tryAcquire` reject with, beside the signal's reason: `NodeScopeUnavailableError` where
 * there are no such locks, `LockPathError` if the directory or the file is not safe to use.
 *
 * @throws InvalidArgumentError if `directory` is not an absolute path, or is missing for Cinder's files.
 */
export function createNodeLocks(options: NodeLocksOptions): ScopeLocks {
  const { clock, loadOfdLocks: load = loadOfdLocks } = options;
  const files = createLockFilePaths(options.lockFiles, options.directory);
  let loaded: OfdLocks | undefined;

  const ofdLocks = (): OfdLocks => {
    loaded ??= load();
    return loaded;
  };
  /** In one order for all processes, so that none can wait for another in a circle. */
  const pathsOf = (keys: readonly LockKey[]): [LockKey, string][] =>
    keys
      .map((key): [LockKey, string] => [key, files.pathOf(key.name)])
      .sort(([, a], [, b]) => (a < b ? -1 : 1));

  return {
    assertKeys(keys) {
      for (const { name } of keys) files.assertName(name);
    },
    canonicalName: files.canonicalName,

    async acquire(keys, request) {
      const ofd = ofdLocks();
      const paths = pathsOf(keys);
      const ticket = queue.join(
        paths.map(([, path]) => path),
        request,
      );
      blockedInProcess(queue, ticket, request);
      const holding = createHolding(ofd, ticket);
      try {
        if (!ticket.isAtHead) await ticket.atHead(request.signal);
        for (const [key, path] of paths) holding.files.set(key, await lockFile(ofd, path, request));
        return createNodeGrant({ clock, ...holding });
      } catch (error) {
        holding.giveBack();
        throw error;
      }
    },
    async tryAcquire(keys, request) {
      const ofd = ofdLocks();
      const paths = pathsOf(keys);
      const ticket = queue.tryJoin(
        paths.map(([, path]) => path),
        request,
      );
      if (ticket === undefined) return undefined;
      const holding = createHolding(ofd, ticket);
      try {
        for (const [key, path] of paths) {
          const file = tryLockFile(ofd, path);
          if (file === undefined) {
            holding.giveBack();
            return undefined;
          }
          holding.files.set(key, file);
        }
        return createNodeGrant({ clock, ...holding });
      } catch (error) {
        holding.giveBack();
        throw error;
      }
    },
  };
}

/** Of all node locks of this process: the names in it are paths. */
const queue = new LocalQueue();

interface Holding {
  readonly files: Map<LockKey, LockFile>;
  /** How many wait for the files in this process. */
  readonly waiters: () => number;
  readonly giveBack: () => void;
}

function createHolding(ofd: OfdLocks, ticket: Ticket): Holding {
  const files = new Map<LockKey, LockFile>();
  return {
    files,
    waiters: () => queue.waitersBehind(ticket.names),
    giveBack() {
      for (const file of files.values()) unlockFile(ofd, file);
      files.clear();
      ticket.leave();
    },
  };
}
