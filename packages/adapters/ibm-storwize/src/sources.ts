import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder15 = {
  repository: "openstack/cinder",
  release: "15.0.0",
  commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
} as const;

/** Where each lock was read. */
export const sources = {
  host: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/ibm/storwize_svc/storwize_svc_fc.py",
      template: "storwize-host-{system_id}-{host}",
      calls: ["initialize_connection", "terminate_connection"],
    },
    {
      ...cinder15,
      file: "cinder/volume/drivers/ibm/storwize_svc/storwize_svc_iscsi.py",
      template: "storwize-host-{system_id}-{host}",
      calls: ["initialize_connection", "terminate_connection"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [
  {
    ...cinder15,
    system: "IBM Storwize and SVC",
    file: "cinder/volume/drivers/ibm/storwize_svc/storwize_const.py",
    reason:
      'the word "synchronized" is in the constants REP_CONSIS_SYNC and REP_SYNC only; the locks are in storwize_svc_fc.py and storwize_svc_iscsi.py',
  },
];
