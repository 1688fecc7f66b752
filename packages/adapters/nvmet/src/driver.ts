/** What a driver of an NVMe target needs to have for its lock. */
export interface NvmetDriver {
  createNvmeofTarget(...args: unknown[]): unknown;
  deleteNvmeofTarget(...args: unknown[]): unknown;
}
