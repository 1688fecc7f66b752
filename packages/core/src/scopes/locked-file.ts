import { debug } from "../debug.js";
import { quoteName } from "../errors.js";
import type { StopSignal } from "../stop-signal.js";
import { fileError, type LockFile, openLockFile } from "./lock-file.js";
import type { OfdLocks } from "./ofd-locks.js";
import type { LockRequest } from "./scope-locks.js";

/** Opens and locks a file, unless it is locked already. */
export function tryLockFile(ofd: OfdLocks, path: string): LockFile | undefined {
  for (;;) {
    const file = openLockFile(path);
    if (!tryLock(ofd, file)) {
      file.close();
      return undefined;
    }
    if (file.isInPlace()) return file;
    unlockFile(ofd, file);
  }
}

/**
 * Opens and locks a file, after whoever has it locked. Only for the first in the local queue of the path.
 *
 * Rejects at once when the signal aborts.
 */
export async function lockFile(ofd: OfdLocks, path: string, request: LockRequest): Promise<LockFile> {
  for (;;) {
    request.signal.throwIfAborted();
    let wait = waits.get(path);
    if (wait === undefined) {
      const free = tryLockFile(ofd, path);
      if (free !== undefined) return free;
      wait = startWait(ofd, openLockFile(path));
    }
    request.onBlocked?.({ text: `lock file ${quoteName(path)} is locked elsewhere on this host` });
    const file = await grantOf(wait, request.signal);
    if (file.isInPlace()) return file;
    unlockFile(ofd, file);
  }
}

/** Unlocks and closes; what goes wrong then (somebody else closed our descriptor) is nothing to act on. */
export function unlockFile(ofd: OfdLocks, file: LockFile): void {
  try {
    // Closing alone would leave the lock to a child process that is just being spawned, until its exec.
    ofd.unlock(file.fd);
    file.close();
  } catch (error) {
    debug("lock file %s: unlock failed: %s", file.path, error);
  }
}

/**
 * A wait in the kernel. It cannot be cancelled: when its waiter has gone it goes on alone, until the next
 * waiter for the path takes it over with its place in the kernel's queue, or the grant finds nobody.
 */
interface KernelWait {
  waiter:
    | { readonly resolve: (file: LockFile) => void; readonly reject: (error: unknown) => void }
    | undefined;
}

/** At most one for a path, as only the first of a local queue waits in the kernel. */
const waits = new Map<string, KernelWait>();

function startWait(ofd: OfdLocks, file: LockFile): KernelWait {
  const wait: KernelWait = { waiter: undefined };
  waits.set(file.path, wait);
  ofd.waitForLock(file.fd).then(
    () => {
      waits.delete(file.path);
      if (wait.waiter === undefined) unlockFile(ofd, file);
      else wait.waiter.resolve(file);
    },
    (error) => {
      waits.delete(file.path);
      file.close();
      wait.waiter?.reject(fileError(file.path, "cannot be locked", error));
    },
  );
  return wait;
}

/** Grant and abort are told apart in one step: when both come at once, the file has exactly one owner. */
function grantOf(wait: KernelWait, signal: StopSignal): Promise<LockFile> {
  return new Promise<LockFile>((resolve, reject) => {
    const onAbort = (): void => {
      wait.waiter = undefined;
      reject(signal.reason);
    };
    const settled =
      <T>(settle: (value: T) => void) =>
      (value: T): void => {
        signal.removeEventListener("abort", onAbort);
        settle(value);
      };
    wait.waiter = { resolve: settled(resolve), reject: settled(reject) };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
}

function tryLock(ofd: OfdLocks, file: LockFile): boolean {
  try {
    return ofd.tryLock(file.fd);
  } catch (error) {
    file.close();
    throw fileError(file.path, "cannot be locked", error);
  }
}
