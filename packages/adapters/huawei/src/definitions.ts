import { defineLock } from "@fenceline/core";
import { sources } from "./sources.js";

const huawei = { system: "Huawei OceanStor", names: "cinder" } as const;

const array = "identity of the array, such as its serial number, for names per array";

// The longest that a request of Cinder's REST client may take: SOCKET_TIMEOUT in constants.py.
const requestMs = 52_000;

/** All attaches and detaches of one host, one after the other, on all nodes and all arrays. */
export const mapping = defineLock({
  ...huawei,
  scope: "global",
  template: "huawei-mapping-{host}",
  perArray: "huawei-mapping-{host}-{array}",
  parameters: { host: "name of the machine that attaches (connector.host)", array },
  guards: [
    {
      method: "initializeConnection",
      criticalSection:
        "find or create host, host group and LUN group, map the LUN; the HyperMetro partner's too",
      origin: "HuaweiISCSIDriver.initialize_connection, HuaweiFCDriver.initialize_connection",
    },
    {
      method: "terminateConnection",
      criticalSection: "unmap; with the last LUN remove views, groups and host; the HyperMetro partner's too",
      origin: "HuaweiISCSIDriver.terminate_connection, HuaweiFCDriver.terminate_connection",
    },
  ],
  nesting: "`request` is taken inside for each request, never the other way round",
  fencing: "none",
  lockDelayMs: requestMs,
  sources: sources.mapping,
});

/** One request at a time out of a process, to any array. */
export const request = defineLock({
  ...huawei,
  scope: "process",
  template: "huawei_cinder_call",
  parameters: {},
  guards: [{ method: "restCall", criticalSection: "one request to an array", origin: "RestClient.call" }],
  nesting: "inside `mapping` or `qos`, never around them",
  belongsTo: "process",
  fencing: "none",
  lockDelayMs: 0,
  sources: sources.request,
});

/** One change of QoS policies at a time on a host. */
export const qos = defineLock({
  ...huawei,
  scope: "node",
  template: "huawei_qos",
  perArray: "huawei_qos-{array}",
  parameters: { array },
  guards: [
    { method: "addQos", criticalSection: "create and activate a policy of a LUN", origin: "SmartQos.add" },
    { method: "removeQos", criticalSection: "take a LUN out of its policy", origin: "SmartQos.remove" },
  ],
  nesting: "removeQos inside addQos goes on under the lock that is held; `request` is taken inside",
  fencing: "none",
  lockDelayMs: requestMs,
  sources: sources.qos,
});
