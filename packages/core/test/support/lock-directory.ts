import { chownSync, closeSync, mkdtempSync, openSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadOfdLocks } from "../../dist/scopes/ofd-locks.js";

/** A directory for lock files, removed with what is in it. */
export interface TemporaryDirectory extends Disposable {
  readonly path: string;
}

export function temporaryDirectory(): TemporaryDirectory {
  const path = mkdtempSync(join(tmpdir(), "fenceline-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** The descriptors of this process that are open on files below a directory, removed files included. */
export function openFilesBelow(directory: string): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(`${directory}/`) ? [target] : [];
    } catch {
      return []; // the descriptor that lists the others is closed by now
    }
  });
}

/**
 * Locks a file through an opening of its own, as another process would: the kernel makes no difference.
 */
export function lockElsewhere(path: string): Disposable {
  const fd = openSync(path, "a+");
  if (!loadOfdLocks().tryLock(fd)) {
    closeSync(fd);
    throw new Error(`${path} is locked already`);
  }
  return { [Symbol.dispose]: () => closeSync(fd) };
}

/** Skips a suite where there are no open-file-description locks, and says so. */
export function skipUnlessLinux(this: Mocha.Context): void {
  if (process.platform === "linux") return;
  console.log(`skipped: node scope needs Linux, this is ${process.platform}`);
  this.skip();
}

/** Skips a suite that has to make files of other users, and says so. */
export function skipUnlessRoot(this: Mocha.Context): void {
  if (process.geteuid?.() === 0) return;
  console.log("skipped: only root can make files of other users");
  this.skip();
}

const NOBODY = 65534;

/** Root may write everywhere: becomes nobody, as the owner of the directory, until disposed. */
export function withoutPrivileges(directory: string): Disposable {
  if (process.geteuid?.() !== 0) return { [Symbol.dispose]() {} };
  chownSync(directory, NOBODY, NOBODY);
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
  return {
    [Symbol.dispose]() {
      process.seteuid?.(0);
      process.setegid?.(0);
    },
  };
}
