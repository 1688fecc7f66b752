import type { FileWithoutLock, LockSource } from "@fenceline/core";

const cinder15 = {
  repository: "openstack/cinder",
  release: "15.0.0",
  commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
} as const;

/** Where each lock was read. */
export const sources = {
  connection: [
    {
      ...cinder15,
      file: "cinder/volume/drivers/hpe/hpe_3par_fc.py",
      template: "3par-{volume.id}",
      calls: ["initialize_connection", "terminate_connection"],
    },
    {
      ...cinder15,
      file: "cinder/volume/drivers/hpe/hpe_3par_iscsi.py",
      template: "3par-{volume.id}",
      calls: ["initialize_connection", "terminate_connection"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [
  {
    ...cinder15,
    system: "HPE 3PAR",
    file: "cinder/volume/drivers/hpe/hpe_3par_common.py",
    reason:
      'the word "synchronized" is in a docstring only; from 15.0.0 on the locks are in hpe_3par_fc.py and hpe_3par_iscsi.py',
  },
];
