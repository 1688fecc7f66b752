import type { EtcdOptions, TlsOptions } from "./connect-options.js";
import { InvalidArgumentError } from "./errors.js";
import { parseDuration } from "./options.js";
import { resolveWire, type WireFormat } from "./wire-format.js";

/** What a URL or the environment says about etcd. */
export interface EtcdLocation {
  readonly etcd: EtcdOptions;
  readonly namespace?: string | undefined;
  readonly ttlMs?: number | undefined;
  readonly wire?: readonly WireFormat[] | undefined;
}

const expectedUrl = "a URL like etcd://h1:2379,h2:2379/namespace?ttl=10s (etcds:// for TLS)";

/**
 * Reads `etcd://h1:2379,h2:2379/namespace?ttl=10s`, `etcds://…?ca=…&cert=…&key=…` with paths to files.
 * `wire=cinder` or `wire=cinder,etcd` chooses the wire format. Passwords do not belong in URLs and are refused there.
 */
export function parseEtcdUrl(argument: string, text: string): EtcdLocation {
  const match = /^(etcds?):\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(text);
  if (match === null) throw new InvalidArgumentError(argument, expectedUrl, withoutCredentials(text));
  const [, scheme, authority = "", namespace = "", query = ""] = match;
  if (authority.includes("@")) {
    throw new InvalidArgumentError(
      argument,
      `${expectedUrl} without user and password; pass \`etcd: { hosts, user, password }\`, or FENCELINE_ETCD with ETCDCTL_USER`,
      withoutCredentials(text),
    );
  }
  const parameters = new URLSearchParams(query);
  const unknown = [...parameters.keys()].find((name) => !["ttl", "wire", "ca", "cert", "key"].includes(name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(
      argument,
      "a URL with the parameters ttl, wire, ca, cert and key",
      unknown,
    );
  }
  const protocol = scheme === "etcds" ? "https" : "http";
  const hosts = authority.split(",").map((host) => `${protocol}://${withPort(argument, host)}`);
  const tls = readTls(parameters.get("ca"), parameters.get("cert"), parameters.get("key"));
  const ttl = parameters.get("ttl");
  const wire = parameters.get("wire");
  return {
    etcd: { hosts, ...(tls === undefined ? {} : { tls }) },
    ...(namespace === "" ? {} : { namespace: decodeURIComponent(namespace) }),
    ...(ttl === null ? {} : { ttlMs: parseDuration("ttl", ttl) }),
    ...(wire === null ? {} : { wire: resolveWire(wire.split(",")) }),
  };
}

/**
 * Where the environment says that etcd is: `FENCELINE_ETCD` (a URL as above, or endpoints separated by commas),
 * else etcdctl's own `ETCDCTL_ENDPOINTS`. With either, `ETCDCTL_CACERT`, `ETCDCTL_CERT`, `ETCDCTL_KEY` and
 * `ETCDCTL_USER` (`name:password`, or with `ETCDCTL_PASSWORD`) count as they do for etcdctl.
 */
export function etcdFromEnvironment(environment: NodeJS.ProcessEnv): EtcdLocation | undefined {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const source = read("FENCELINE_ETCD") === undefined ? "ETCDCTL_ENDPOINTS" : "FENCELINE_ETCD";
  const text = read(source);
  if (text === undefined) return undefined;
  const tls = readTls(read("ETCDCTL_CACERT"), read("ETCDCTL_CERT"), read("ETCDCTL_KEY"));
  const location = /^etcds?:/.test(text)
    ? parseEtcdUrl(source, text)
    : { etcd: { hosts: readEndpoints(source, text, tls !== undefined) } };
  const secure = location.etcd.hosts.every((host) => host.startsWith("https:"));
  return {
    ...location,
    etcd: { ...(secure && tls !== undefined ? { tls } : {}), ...location.etcd, ...readUser(read) },
  };
}

function readEndpoints(source: string, text: string, secure: boolean): string[] {
  return text.split(",").map((part) => {
    const endpoint = part.trim();
    if (endpoint.includes("://")) return endpoint.replace(/\/$/, "");
    return `${secure ? "https" : "http"}://${withPort(source, endpoint)}`;
  });
}

function readUser(read: (name: string) => string | undefined): Pick<EtcdOptions, "user" | "password"> {
  const user = read("ETCDCTL_USER");
  if (user === undefined) return {};
  const colon = user.indexOf(":");
  if (colon > 0) return { user: user.slice(0, colon), password: user.slice(colon + 1) };
  const password = read("ETCDCTL_PASSWORD");
  if (password === undefined) {
    // Without a name the value is a password.
    const name = colon === 0 ? undefined : user;
    throw new InvalidArgumentError("ETCDCTL_USER", "name:password, or set ETCDCTL_PASSWORD as well", name);
  }
  return { user, password };
}

function readTls(
  ca: string | null | undefined,
  cert: string | null | undefined,
  key: string | null | undefined,
): TlsOptions | undefined {
  if (!ca && !cert && !key) return undefined;
  return { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}

/** etcd's own port where none is named. */
function withPort(argument: string, host: string): string {
  if (host === "") throw new InvalidArgumentError(argument, "a list of hosts without empty parts", host);
  return /:\d+$/.test(host) ? host : `${host}:2379`;
}

export function withoutCredentials(text: string): string {
  return text.replace(/\/\/.*@/s, "//…@");
}
