import { EtcdError } from "../errors.js";
import type { ScopeLocks } from "./scope-locks.js";

/** Global scope of a coordinator without etcd: every request says what is missing. */
export function createUnconfiguredLocks(): ScopeLocks {
  const refuse = async (): Promise<never> => {
    throw etcdNotConfigured("a global lock");
  };
  return { acquire: refuse, tryAcquire: refuse };
}

/** What a coordinator without etcd says when it is asked for something that needs it. */
export function etcdNotConfigured(what: string): EtcdError {
  return new EtcdError(
    "etcd_not_configured",
    `${what} needs etcd, and this coordinator has none: pass \`etcd: { hosts: [...] }\` to connect(), or set FENCELINE_ETCD`,
  );
}
