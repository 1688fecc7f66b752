import { join } from "node:path";
import {
  cacheDirectory,
  fillDirectory,
  unpackDebianPackages,
  whyNotUnpack,
} from "../../packages/testing/dist/etcd/debian-packages.js";
import { findOnPath, isExecutable } from "../../packages/testing/dist/etcd/find-on-path.js";

/**
 * Unpacks Debian's prometheus, with promtool, into this user's cache directory, unless there is one. Nothing is
 * installed: installing it would start a service.
 *
 * @returns the reason why there is none then, if there is one
 */
export async function fetchPrometheus(say) {
  const directory = cacheDirectory("prometheus");
  if ((await findOnPath("promtool")) !== undefined) return undefined;
  if (await isExecutable(join(directory, "usr/bin/promtool"))) return undefined;
  const reason = await whyNotUnpack();
  if (reason !== undefined) return reason;
  say(`prometheus not found: fetching Debian's package and unpacking it into ${directory}`);
  try {
    await fillDirectory(directory, (parts) => unpackDebianPackages(["prometheus"], parts));
    return undefined;
  } catch (error) {
    return `Debian's package cannot be fetched: ${error}`;
  }
}
