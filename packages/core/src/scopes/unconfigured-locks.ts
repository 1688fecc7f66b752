import { EtcdError } from "../errors.js";
import type { ScopeLocks } from "./scope-locks.js";

/** Global scope of a coordinator without etcd: every request says what is missing. */
export function createUnconfiguredLocks(): ScopeLocks {
  const refuse = async (): Promise<never> => {
    throw new EtcdError(
      "etcd_not_configured",
      "a global lock needs etcd, and this coordinator has none: pass `etcd: { hosts: [...] }` to connect(), or set FENCELINE_ETCD",
    );
  };
  return { acquire: refuse, tryAcquire: refuse };
}
