/** What all locks of these arrays have in common. */
export const powermax = {
  system: "Dell EMC PowerMax and VMAX",
  scope: "global",
  names: "cinder",
  fencing: "none",
} as const;

export const serialNumber = "serial number of the array";
export const serialNumberPerArray = "serial number of the array, for names per array";

/** As long as Cinder polls a job of the array: the defaults of its options `interval` and `retries`, 3 s * 200. */
export const jobMs = 600_000;

/** An assumption for a request that starts no job: Cinder sets no timeout unless Unisphere has a failover target. */
export const requestMs = 60_000;
