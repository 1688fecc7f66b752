import { hostname } from "node:os";
import type { ConnectOptions, EtcdOptions, TlsOptions } from "./connect-options.js";
import { type EtcdLocation, etcdFromEnvironment, parseEtcdUrl, withoutCredentials } from "./connect-url.js";
import { InvalidArgumentError } from "./errors.js";
import { assertScope, type Scope } from "./lock-key.js";
import { expectInteger, expectKnownOptions, expectText } from "./options.js";
import type { HandOver } from "./scopes/global-grant.js";
import type { LockFileNaming } from "./scopes/lock-file-naming.js";
import { resolveWire, type WireFormat } from "./wire-format.js";

/** Options with defaults filled in and values checked; those of node scope are by node scope. */
export interface ConnectSettings {
  readonly etcd: EtcdOptions | undefined;
  readonly ttlMs: number;
  readonly node: string;
  readonly namespace: string;
  /** In the order in which they are taken. */
  readonly wire: readonly WireFormat[];
  readonly connectTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly lockDirectory: string | undefined;
  readonly lockFiles: LockFileNaming | undefined;
  readonly handOver: HandOver;
  readonly minimumScope: Scope;
}

const optionNames = [
  "etcd",
  "ttlMs",
  "node",
  "namespace",
  "wire",
  "connectTimeoutMs",
  "lockDirectory",
  "lockFiles",
  "handOver",
  "minimumScope",
  "interceptors",
  "parts",
];
const etcdOptionNames = ["hosts", "tls", "user", "password", "attemptTimeoutMs", "callPolicy"];
const NAMESPACE = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/;

/** Fills in defaults and refuses, with the value quoted, what cannot work. Touches nothing. */
export function resolveSettings(options: ConnectOptions, environment: NodeJS.ProcessEnv): ConnectSettings {
  expectKnownOptions("options", options, optionNames);
  const fromUrl = readEtcdOption(options.etcd, environment);
  const etcd = fromUrl?.etcd;
  if (etcd !== undefined) checkEtcdOptions(etcd);
  const ttlMs = expectInteger("ttlMs", options.ttlMs ?? fromUrl?.ttlMs ?? 10_000, 1_000, 3_600_000);
  const namespace = resolveNamespace(options.namespace ?? fromUrl?.namespace);
  const handOver = options.handOver ?? {};
  expectKnownOptions("handOver", handOver, ["maxTurns", "maxMs"]);
  const minimumScope = options.minimumScope ?? "process";
  assertScope("minimumScope", minimumScope);
  if (minimumScope === "global" && etcd === undefined && options.parts?.port === undefined) {
    throw new InvalidArgumentError("minimumScope", '"process" or "node" without `etcd`', minimumScope);
  }
  return {
    etcd,
    ttlMs,
    namespace,
    wire: resolveWire(options.wire ?? fromUrl?.wire ?? "etcd"),
    node: expectText("node", options.node ?? hostname(), 200),
    connectTimeoutMs: expectInteger("connectTimeoutMs", options.connectTimeoutMs ?? 5_000, 100, 600_000),
    attemptTimeoutMs: expectInteger(
      "etcd.attemptTimeoutMs",
      etcd?.attemptTimeoutMs ?? Math.min(1_000, ttlMs / 4),
      50,
      60_000,
    ),
    lockDirectory:
      options.lockDirectory === undefined
        ? undefined
        : expectText("lockDirectory", options.lockDirectory, 4_096),
    lockFiles: options.lockFiles,
    handOver: {
      maxTurns: expectInteger("handOver.maxTurns", handOver.maxTurns ?? 1_000, 0, 1_000_000),
      maxMs: expectInteger("handOver.maxMs", handOver.maxMs ?? 50, 0, 60_000),
    },
    minimumScope,
  };
}

/** Refuses what cannot begin the keys in etcd. */
export function resolveNamespace(namespace: unknown = "fenceline"): string {
  if (typeof namespace !== "string" || !NAMESPACE.test(namespace) || namespace.length > 200) {
    throw new InvalidArgumentError("namespace", "ASCII letters, digits and ._- with / between", namespace);
  }
  return namespace;
}

function readEtcdOption(
  etcd: ConnectOptions["etcd"],
  environment: NodeJS.ProcessEnv,
): EtcdLocation | undefined {
  if (etcd === false) return undefined;
  if (etcd === undefined) return etcdFromEnvironment(environment);
  if (typeof etcd === "string") return parseEtcdUrl("etcd", etcd);
  return { etcd };
}

function checkEtcdOptions(etcd: EtcdOptions): void {
  expectKnownOptions("etcd", etcd, etcdOptionNames);
  const { hosts } = etcd;
  if (!Array.isArray(hosts) || hosts.length === 0) {
    throw new InvalidArgumentError("etcd.hosts", "a list of at least one URL", hosts);
  }
  for (const host of hosts) checkHost(host);
  const secure = hosts.filter((host) => host.startsWith("https:")).length;
  if (secure !== 0 && secure !== hosts.length) {
    throw new InvalidArgumentError("etcd.hosts", "all http or all https", hosts.join(","));
  }
  if (etcd.tls !== undefined) checkTls(etcd.tls, secure > 0);
  if ((etcd.user === undefined) !== (etcd.password === undefined)) {
    const [given, missing] = etcd.user === undefined ? ["password", "user"] : ["user", "password"];
    throw new InvalidArgumentError(`etcd.${missing}`, `given together with \`etcd.${given}\``, undefined);
  }
  if (etcd.user !== undefined) expectText("etcd.user", etcd.user, 1_000);
  if (typeof etcd.password !== "string" && etcd.password !== undefined) {
    throw new InvalidArgumentError("etcd.password", "a string", typeof etcd.password);
  }
  const policy = etcd.callPolicy;
  if (policy !== undefined && typeof policy?.execute !== "function") {
    throw new InvalidArgumentError("etcd.callPolicy", "a cockatiel 3 policy", policy);
  }
}

function checkHost(host: unknown): void {
  const expected = "a URL like http://10.0.0.1:2379 without user, path or query";
  if (typeof host !== "string" || !URL.canParse(host)) {
    const shown = typeof host === "string" ? withoutCredentials(host) : host;
    throw new InvalidArgumentError("etcd.hosts", expected, shown);
  }
  const url = new URL(host);
  const bare = url.pathname === "/" && url.search === "" && url.hash === "";
  if (url.username !== "" || url.password !== "") {
    // The value would show the password.
    throw new InvalidArgumentError("etcd.hosts", `${expected}; use \`user\` and \`password\``, url.host);
  }
  if (!/^https?:$/.test(url.protocol) || url.hostname === "" || !bare) {
    throw new InvalidArgumentError("etcd.hosts", expected, host);
  }
}

function checkTls(tls: TlsOptions, secure: boolean): void {
  expectKnownOptions("etcd.tls", tls, ["ca", "cert", "key", "serverName"]);
  if (!secure) throw new InvalidArgumentError("etcd.tls", "given only with https hosts", "http hosts");
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    const [given, missing] = tls.cert === undefined ? ["key", "cert"] : ["cert", "key"];
    throw new InvalidArgumentError(
      `etcd.tls.${missing}`,
      `given together with \`etcd.tls.${given}\``,
      undefined,
    );
  }
}
