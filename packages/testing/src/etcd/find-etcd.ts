import { InvalidArgumentError } from "@fenceline/core";
import { whyNoDocker } from "./container/docker.js";
import { findUnpackedEtcd, unpackEtcd, whyNotUnpack } from "./debian-packages.js";
import { EtcdNotFoundError } from "./errors.js";
import { findOnPath } from "./find-on-path.js";

/** Where etcd comes from. */
export type EtcdSource =
  /** A cluster that runs already. It is not ours: nothing of it is stopped, paused or configured. */
  | { readonly kind: "existing"; readonly endpoints: readonly string[] }
  /** An executable to start. */
  | { readonly kind: "process"; readonly binary: string }
  /** Docker answers. */
  | { readonly kind: "container" };

export interface FindEtcdOptions {
  /** Only a way to start etcd like this will do. Default: any way. */
  readonly runtime?: "process" | "container" | undefined;
  /**
   * Allows, on Debian and Ubuntu as root, to fetch the package `etcd-server` where nothing else is found. It
   * is unpacked into the user's cache directory rather than installed: installing it would start a service
   * under systemd and leave configuration behind. Default: `false`.
   */
  readonly install?: boolean | undefined;
  /** Told before something is done that takes long or changes the machine. Default: a line on stderr. */
  readonly say?: ((message: string) => void) | undefined;
}

/** What `findEtcd` asks the machine. */
export interface Machine {
  /** The environment variable `FENCELINE_ETCD`. */
  readonly endpoints: string | undefined;
  findOnPath(command: string): Promise<string | undefined>;
  /** The reason why Docker cannot be used, if there is one. */
  whyNoDocker(): Promise<string | undefined>;
  /** What an earlier call with `install` has left. */
  findUnpackedEtcd(): Promise<string | undefined>;
  /** The reason why Debian's package cannot be fetched, if there is one. */
  whyNotUnpack(): Promise<string | undefined>;
  unpackEtcd(say: (message: string) => void): Promise<string>;
}

/**
 * Finds etcd, in this order:
 *
 * 1. `FENCELINE_ETCD`: the endpoints of a running cluster, separated by commas (`http://10.0.0.1:2379,…`)
 * 2. `etcd` on the PATH
 * 3. Docker, if its daemon answers and the package `testcontainers` is installed
 * 4. Debian's package `etcd-server`: unpacked by an earlier call, or by this one with `install`
 *
 * @throws EtcdNotFoundError that names these ways and what is missing for each.
 * @throws InvalidArgumentError if `FENCELINE_ETCD` is not a list of endpoints.
 */
export function findEtcd(options: FindEtcdOptions = {}): Promise<EtcdSource> {
  return findEtcdOn(
    {
      endpoints: process.env["FENCELINE_ETCD"],
      findOnPath,
      whyNoDocker,
      findUnpackedEtcd,
      whyNotUnpack,
      unpackEtcd,
    },
    options,
  );
}

/** `findEtcd` on a machine of one's choice. */
export async function findEtcdOn(machine: Machine, options: FindEtcdOptions): Promise<EtcdSource> {
  const { runtime, install = false, say = sayOnStderr } = options;
  const missing: string[] = [];

  if (runtime === undefined) {
    const endpoints = machine.endpoints?.trim();
    if (endpoints) return { kind: "existing", endpoints: parseEndpoints(endpoints) };
    missing.push("a running cluster: FENCELINE_ETCD is not set");
  }
  if (runtime !== "container") {
    const binary = await machine.findOnPath("etcd");
    if (binary !== undefined) return { kind: "process", binary };
    missing.push("`etcd` on the PATH: there is none");
  }
  if (runtime !== "process") {
    const reason = await machine.whyNoDocker();
    if (reason === undefined) return { kind: "container" };
    missing.push(`Docker: ${reason}`);
  }
  if (runtime !== "container") {
    const binary = await machine.findUnpackedEtcd();
    if (binary !== undefined) return { kind: "process", binary };
    const reason = install ? await machine.whyNotUnpack() : "needs the option `install`";
    if (reason === undefined) return { kind: "process", binary: await machine.unpackEtcd(say) };
    missing.push(`Debian's package etcd-server: ${reason}`);
  }
  throw new EtcdNotFoundError(
    `No etcd found. Give one of these:\n${missing.map((it) => `- ${it}`).join("\n")}`,
  );
}

/** Reads the same texts as `connect()` of the core: `http://host:port,…` or `etcd://host:port,…/namespace`. */
function parseEndpoints(text: string): string[] {
  const [, secure, authority] = /^etcd(s?):\/\/([^/?#]*)/.exec(text) ?? [];
  return (authority ?? text).split(",").map((part) => {
    const [, scheme, host, port = ":2379"] =
      /^(https?:\/\/)?([^/@:\s]+|\[[\da-f:]+\])(:\d{1,5})?\/?$/i.exec(part.trim()) ?? [];
    if (host === undefined) {
      const shown = text.replace(/[^,/\s]+@/g, "…@");
      throw new InvalidArgumentError(
        "FENCELINE_ETCD",
        "endpoints like http://host:port, comma separated",
        shown,
      );
    }
    return `${scheme ?? (secure === "s" ? "https://" : "http://")}${host}${port}`;
  });
}

function sayOnStderr(message: string): void {
  process.stderr.write(`${message}\n`);
}
