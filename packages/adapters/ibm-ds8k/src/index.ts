import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Connector, Ds8kDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

// A missing connector must give a missing parameter, not a TypeError: hence the question mark.
const connectionOf = (_driver: Ds8kDriver, _volume: unknown, connector: Connector) =>
  definitions.connection({ host: connector?.host });

const consistencyGroupOf = () => definitions.consistencyGroup();

const bindings: LockBindings<Ds8kDriver, Method> = {
  initializeConnection: connectionOf,
  terminateConnection: connectionOf,
  findPoolLssPairForCg: consistencyGroupOf,
  deleteGroupWithLock: consistencyGroupOf,
  deleteGroupSnapshotWithLock: consistencyGroupOf,
  removeVolumesFromConsisgroup: consistencyGroupOf,
  doFlashcopyWithFreeze: consistencyGroupOf,
  createReplica: () => definitions.replication(),
};

/** Locks of IBM DS8K drivers. */
export const ds8k = {
  ...definitions,
  definitions,
  /** Puts a driver's attaches, group changes and replicas under their locks; see `guard` of `@fenceline/core`. */
  guard: <Driver extends Ds8kDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, Ds8kDriver>(coordinator, driver, bindings, options),
};

export type { Connector, Ds8kDriver };
