import fc from "fast-check";
import { MAX_NAME_BYTES } from "../../dist/lock-key.js";

const hostile = fc.constantFrom(
  "/",
  ".",
  "..",
  "../",
  "%",
  "%2F",
  "%2f",
  ":",
  "%3A",
  "~",
  "\0",
  "\n",
  "é",
  "e\u0301",
  "😀",
);

/** Any name of a lock, the short and the hostile ones most often, and some as long as a name may be. */
export const lockName: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
    fc
      .array(fc.oneof(hostile, fc.string({ maxLength: 3 })), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join("")),
    fc.string({ unit: fc.oneof(hostile, fc.constantFrom("a", "b")), minLength: 60, maxLength: 512 }),
  )
  .filter((name) => name !== "" && name.isWellFormed() && Buffer.byteLength(name) <= MAX_NAME_BYTES);
