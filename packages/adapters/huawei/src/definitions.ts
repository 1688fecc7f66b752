import { defineLock } from "@fenceline/core";

const folder = "cinder/volume/drivers/huawei";

const huawei = {
  system: "Huawei OceanStor",
  names: "cinder",
  source: {
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    files: ["huawei_driver", "rest_client", "smartx"].map((name) => `${folder}/${name}.py`),
  },
} as const;

/** All attaches and detaches of one host, one after the other, on all nodes and all arrays. */
export const mapping = defineLock({
  ...huawei,
  scope: "global",
  template: "huawei-mapping-{host}",
  parameters: { host: "name of the machine that attaches (connector.host)" },
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
});

/** One request at a time out of a process, to any array. */
export const request = defineLock({
  ...huawei,
  scope: "process",
  template: "huawei_cinder_call",
  parameters: {},
  guards: [{ method: "restCall", criticalSection: "one request to an array", origin: "RestClient.call" }],
  nesting: "inside `mapping` or `qos`, never around them",
});

/** One change of QoS policies at a time on a host. */
export const qos = defineLock({
  ...huawei,
  scope: "node",
  template: "huawei_qos",
  parameters: {},
  guards: [
    { method: "addQos", criticalSection: "create and activate a policy of a LUN", origin: "SmartQos.add" },
    { method: "removeQos", criticalSection: "take a LUN out of its policy", origin: "SmartQos.remove" },
  ],
  nesting: "removeQos inside addQos goes on under the lock that is held; `request` is taken inside",
});
