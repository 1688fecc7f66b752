import type { StartSettings } from "./start-options.js";

/** Where one member listens and what it tells the others. */
export interface MemberAddresses {
  readonly name: string;
  readonly dataDir: string;
  readonly listenClientUrl: string;
  readonly clientUrl: string;
  readonly listenPeerUrl: string;
  readonly peerUrl: string;
}

/** The server's files as etcd sees them. */
export interface ServerTlsPaths {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** etcd's arguments for one member. */
export function etcdArguments(
  member: MemberAddresses,
  cluster: readonly MemberAddresses[],
  settings: StartSettings,
  tls: ServerTlsPaths | undefined,
): string[] {
  const flags: Record<string, string | number | undefined> = {
    name: member.name,
    "data-dir": member.dataDir,
    "listen-client-urls": member.listenClientUrl,
    "advertise-client-urls": member.clientUrl,
    "listen-peer-urls": member.listenPeerUrl,
    "initial-advertise-peer-urls": member.peerUrl,
    "initial-cluster": cluster.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(","),
    "initial-cluster-state": "new",
    "heartbeat-interval": settings.heartbeatMs,
    "election-timeout": settings.electionMs,
    "quota-backend-bytes": settings.quotaBytes,
    // Passwords of tests need not be slow to try.
    "bcrypt-cost": settings.auth && 4,
    "auth-token-ttl": settings.auth?.tokenTtlSeconds,
    "cert-file": tls?.cert,
    "key-file": tls?.key,
    "trusted-ca-file": settings.tls === "mutual" ? tls?.ca : undefined,
    "client-cert-auth": settings.tls === "mutual" ? "true" : undefined,
    logger: "zap",
    "log-outputs": "stderr",
  };
  return Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}=${value}`],
  );
}

/** What etcd is told by its environment: settings that a version which does not know them is to ignore. */
export function etcdEnvironment(settings: StartSettings): Record<string, string> {
  const environment: Record<string, string> = {};
  if (settings.unsafeNoFsync) environment["ETCD_UNSAFE_NO_FSYNC"] = "true";
  // etcd 3.4 wants to be asked explicitly.
  if (process.arch === "arm64") environment["ETCD_UNSUPPORTED_ARCH"] = "arm64";
  return environment;
}
