import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { UnityDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<UnityDriver, Method> => {
  const hostOf = ({ sanIp }: UnityDriver, hostName: string) => locks.host({ sanIp, hostName });
  // Cinder's `lock_if`: without `removeEmptyHost` nothing deletes a host, and only its creation needs the lock.
  const hostIfRemovable = (driver: UnityDriver, hostName: string) =>
    driver.removeEmptyHost ? hostOf(driver, hostName) : [];
  return {
    createHost: hostOf,
    createHostAndAttach: hostIfRemovable,
    detachAndDeleteHost: hostIfRemovable,
  };
};

/** Locks of Dell EMC Unity drivers. */
export const unity = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's creation and deletion of hosts under the host's lock; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends UnityDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, UnityDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { UnityDriver };
