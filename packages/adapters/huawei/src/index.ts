import {
  type Coordinator,
  type GuardedMethod,
  type GuardOptions,
  guard,
  type LockBindings,
} from "@fenceline/core";
import * as definitions from "./definitions.js";
import type { Connector, HuaweiDriver } from "./driver.js";

type Method = GuardedMethod<typeof definitions>;

// A missing connector must give a missing parameter, not a TypeError: hence the question mark.
const mappingOf = (_driver: HuaweiDriver, _volume: unknown, connector: Connector) =>
  definitions.mapping({ host: connector?.host });

const bindings: LockBindings<HuaweiDriver, Method> = {
  initializeConnection: mappingOf,
  terminateConnection: mappingOf,
  restCall: () => definitions.request(),
  addQos: () => definitions.qos(),
  removeQos: () => definitions.qos(),
};

/** Locks of Huawei OceanStor drivers. */
export const huawei = {
  ...definitions,
  definitions,
  /** Puts a driver's attaches, requests and QoS changes under their locks; see `guard` of `@fenceline/core`. */
  guard: <Driver extends HuaweiDriver>(coordinator: Coordinator, driver: Driver, options?: GuardOptions) =>
    guard<Driver, Method, HuaweiDriver>(coordinator, driver, bindings, options),
};

export type { Connector, HuaweiDriver };
