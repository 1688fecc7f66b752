import { randomBytes } from "node:crypto";

/** Where random bytes come from. A parameter, so that a simulation can stand in. */
export type Random = (size: number) => Uint8Array;

export const systemRandom: Random = (size) => randomBytes(size);

/** A lease id as etcd takes them: 1 to 2^63 - 1. */
export function randomLeaseId(random: Random): bigint {
  const bits = Buffer.from(random(8)).readBigUInt64BE() & 0x7fff_ffff_ffff_ffffn;
  return bits === 0n ? 1n : bits;
}

/** 16 random bytes as hex, never the same twice. */
export function randomId(random: Random): string {
  return Buffer.from(random(16)).toString("hex");
}
