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
      file: "cinder/volume/drivers/inspur/instorage/instorage_fc.py",
      template: "'instorage-host' '{self._state[system_id]}' '{connector[host]}'",
      calls: ["initialize_connection"],
    },
    {
      ...cinder15,
      file: "cinder/volume/drivers/inspur/instorage/instorage_fc.py",
      template: "'instorage-host' + self._state['system_id'] + host",
      calls: ["terminate_connection"],
    },
    {
      ...cinder15,
      file: "cinder/volume/drivers/inspur/instorage/instorage_iscsi.py",
      template: "'instorage-host' '{self._state[system_id]}' '{connector[host]}'",
      calls: ["initialize_connection"],
    },
    {
      ...cinder15,
      file: "cinder/volume/drivers/inspur/instorage/instorage_iscsi.py",
      template: "'instorage-host' + self._state['system_id'] + host",
      calls: ["terminate_connection"],
    },
  ],
} as const satisfies Readonly<Record<string, readonly LockSource[]>>;

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [
  {
    ...cinder15,
    system: "Inspur InStorage",
    file: "cinder/volume/drivers/inspur/instorage/instorage_const.py",
    reason:
      'the word "synchronized" is in the constants REP_CONSIS_SYNC and REP_SYNC only; the locks are in instorage_fc.py and instorage_iscsi.py',
  },
];
