import { createHash } from "node:crypto";
import { encodeName } from "../name-encoding.js";

const SUFFIX = ".lock";
/** What Linux file systems take for one name, in bytes. */
export const LONGEST_FILE_NAME = 255;
const READABLE_HEAD = 100;

/**
 * The file of a lock's name, inside the lock directory: the encoded name, or, where that is too long, its
 * beginning with the SHA-256 of the name. The `~` between them occurs in no encoded name, so distinct names
 * never share a file; the suffix keeps `.` and `..` from being names of directories.
 */
export function lockFileName(name: string): string {
  const encoded = encodeName(name);
  if (encoded.length + SUFFIX.length <= LONGEST_FILE_NAME) return encoded + SUFFIX;
  const hash = createHash("sha256").update(name).digest("hex");
  return `${encoded.slice(0, READABLE_HEAD)}~${hash}${SUFFIX}`;
}
