import { createHash } from "node:crypto";
import type { Random } from "@fenceline/core";

/** Bytes that look random and depend on the seed and the name alone. */
export function seededRandom(seed: number, name: string): Random {
  let drawn = 0;
  return (size) => {
    drawn += 1;
    return createHash("sha512").update(`${seed} ${name} ${drawn}`).digest().subarray(0, size);
  };
}
