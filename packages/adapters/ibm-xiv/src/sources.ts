import type { FileWithoutLock } from "@fenceline/core";

/** Files that the documentation of Cinder's locks lists, and that hold none. */
export const withoutLock: readonly FileWithoutLock[] = [
  {
    system: "IBM XIV and Spectrum Accelerate",
    repository: "openstack/cinder",
    release: "15.0.0",
    commit: "d879e76ff05f78aa042c4fe5f79a69699ccaa997",
    file: "cinder/volume/drivers/ibm/ibm_storage/xiv_proxy.py",
    reason:
      'the word "synchronized" is in the constant SYNCHED_STATES only, and `vol_unlock` is a command of the array',
  },
];
