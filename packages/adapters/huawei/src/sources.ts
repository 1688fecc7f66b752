import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder15 = {
  repository: "openstack/cinder",
  release: "15.0.0",
  commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
} as const;

/** Where each lock was read. */
export const sources = {
  mapping: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/huawei/huawei_driver.py",
      template: "huawei-mapping-{connector[host]}",
      calls: [
        "HuaweiISCSIDriver.initialize_connection",
        "HuaweiISCSIDriver.terminate_connection",
        "HuaweiFCDriver.initialize_connection",
        "HuaweiFCDriver.terminate_connection",
      ],
    },
  ],
  request: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/huawei/rest_client.py",
      template: "huawei_cinder_call",
      calls: ["RestClient.call"],
    },
  ],
  qos: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/huawei/smartx.py",
      template: "huawei_qos",
      calls: ["SmartQos.add", "SmartQos.remove"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [];
