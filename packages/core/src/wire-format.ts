import { InvalidArgumentError } from "./errors.js";

/**
 * How a global lock stands in etcd, and so with whom it agrees: `etcd` with `etcdctl lock` and Go's
 * `concurrency.Mutex`, `cinder` with Python nodes of Cinder on tooz's `etcd3+http` driver.
 */
export type WireFormat = "etcd" | "cinder";

/** In the order in which the locks of a request are taken. */
const wireFormats: readonly WireFormat[] = ["etcd", "cinder"];

/** One wire format or several as a list, each once, in the order in which they are taken. */
export function resolveWire(value: unknown): readonly WireFormat[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  const unknown = given.find((one) => !wireFormats.includes(one as WireFormat));
  if (given.length === 0 || unknown !== undefined) {
    throw new InvalidArgumentError("wire", '"etcd", "cinder" or a list of both', unknown ?? value);
  }
  return wireFormats.filter((wire) => given.includes(wire));
}
