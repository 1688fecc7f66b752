import {
  type Coordinator,
  type DriverOptions,
  type GuardedMethod,
  guardDriver,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Connector, HuaweiDriver } from "./driver.js";
import { withoutLock } from "./sources.js";

type Method = GuardedMethod<typeof definitions>;

const bindings = (locks: typeof definitions): LockBindings<HuaweiDriver, Method> => {
  // A missing connector must give a missing parameter, not a TypeError: hence the question mark.
  const mappingOf = ({ array }: HuaweiDriver, _volume: unknown, connector: Connector) =>
    locks.mapping({ host: connector?.host, array });
  return {
    initializeConnection: mappingOf,
    terminateConnection: mappingOf,
    restCall: () => locks.request(),
    addQos: ({ array }) => locks.qos({ array }),
    removeQos: ({ array }) => locks.qos({ array }),
  };
};

/** Locks of Huawei OceanStor drivers. */
export const huawei = {
  ...definitions,
  definitions,
  withoutLock,
  /** Puts a driver's attaches, requests and QoS changes under their locks; see `guardDriver` of `@fenceline/core`. */
  guard: <Driver extends HuaweiDriver>(coordinator: Coordinator, driver: Driver, options?: DriverOptions) =>
    guardDriver<Driver, Method, HuaweiDriver, typeof definitions>(
      coordinator,
      driver,
      { definitions, bindings },
      options,
    ),
};

export type { Connector, HuaweiDriver };
