import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { UnityDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

const hostOf = ({ sanIp }: UnityDriver, hostName: string) => definitions.host({ sanIp, hostName });

/** Cinder's `lock_if`: without `removeEmptyHost` nothing deletes a host, and only its creation needs the lock. */
const hostIfRemovable = (driver: UnityDriver, hostName: string) =>
  driver.removeEmptyHost ? hostOf(driver, hostName) : [];

const bindings: LockBindings<UnityDriver, Method> = {
  createHost: hostOf,
  createHostAndAttach: hostIfRemovable,
  detachAndDeleteHost: hostIfRemovable,
};

/** Locks of Dell EMC Unity drivers. */
export const unity = {
  ...definitions,
  definitions,
  /** Puts a driver's creation and deletion of hosts under the host's lock; see `guard` of `@fenceline/core`. */
  guard: <Driver extends UnityDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, UnityDriver>(coordinator, driver, bindings, options),
};

export type { UnityDriver };
