import type { Clock } from "../clock.js";
import { LockPathError } from "../errors.js";
import type { ScopeLocks } from "./scope-locks.js";

export function createNodeLocks(options: {
  readonly clock: Clock;
  readonly directory?: string | undefined;
}): ScopeLocks {
  const refuse = async (): Promise<never> => {
    throw new LockPathError("lock_directory", options.directory ?? "", "is not supported yet");
  };
  return { acquire: refuse, tryAcquire: refuse };
}
