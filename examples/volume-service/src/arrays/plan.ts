import type { FencedBy } from "./storage-array.js";

export type Vendor = "infinidat" | "kaminario" | "solidfire" | "unity";

/** An array of the demo. */
export interface ArrayPlan {
  readonly name: string;
  readonly vendor: Vendor;
  readonly fencedBy: FencedBy;
}

/** An array as the nodes know it. */
export interface ArrayAddress extends ArrayPlan {
  readonly address: string;
}

/** The arrays of the demo. Tokens are compared for as much of an array as the vendor's lock covers. */
export const ARRAYS: readonly ArrayPlan[] = [
  { name: "infinidat-1", vendor: "infinidat", fencedBy: "array" },
  { name: "infinidat-2", vendor: "infinidat", fencedBy: "array" },
  { name: "kaminario-1", vendor: "kaminario", fencedBy: "array" },
  { name: "solidfire-1", vendor: "solidfire", fencedBy: "object" },
  { name: "unity-1", vendor: "unity", fencedBy: "object" },
];
