import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Connector, Ds8kDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<Ds8kDriver, Method> => {
  // A missing connector must give a missing parameter, not a TypeError: hence the question mark.
  const connectionOf = ({ array }: Ds8kDriver, _volume: unknown, connector: Connector) =>
    locks.connection({ host: connector?.host, array });
  const consistencyGroupOf = ({ array }: Ds8kDriver) => locks.consistencyGroup({ array });
  return {
    initializeConnection: connectionOf,
    terminateConnection: connectionOf,
    findPoolLssPairForCg: consistencyGroupOf,
    deleteGroupWithLock: consistencyGroupOf,
    deleteGroupSnapshotWithLock: consistencyGroupOf,
    removeVolumesFromConsisgroup: consistencyGroupOf,
    doFlashcopyWithFreeze: consistencyGroupOf,
    createReplica: () => locks.replication(),
  };
};

/** Locks of IBM DS8K drivers. */
export const ds8k = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's attaches, group changes and replicas under their locks; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends Ds8kDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, Ds8kDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { Connector, Ds8kDriver };
