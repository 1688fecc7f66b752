import { InvalidArgumentError } from "@fenceline/core";

/** How `startEtcd` starts a cluster. Everything has a default. */
export interface StartEtcdOptions {
  /** Default: 1. */
  readonly members?: 1 | 3 | undefined;
  /**
   * Default: the first way that `findEtcd` finds, a running cluster named by `FENCELINE_ETCD` included. With
   * `runtime` a cluster of its own is started in any case.
   */
  readonly runtime?: "process" | "container" | undefined;
  /** `true`: clients check the server. `"mutual"`: the server checks clients too. Default: `false`. */
  readonly tls?: boolean | "mutual" | undefined;
  /** Switches authentication on, with one user beside root. */
  readonly auth?: AuthOptions | undefined;
  /** etcd's heartbeat interval. Default: etcd's own, 100. */
  readonly heartbeatMs?: number | undefined;
  /** etcd's election timeout, at least five heartbeats. Default: ten heartbeats. */
  readonly electionMs?: number | undefined;
  /** Size of the database from which on etcd refuses writes. Default: etcd's own, 2 GiB. */
  readonly quotaBytes?: number | undefined;
  /** etcd's executable, to run another version than the one on the PATH. Implies `runtime: "process"`. */
  readonly binary?: string | undefined;
  /** Image for `runtime: "container"`. Default: `ETCD_IMAGE` from the environment, else see the README. */
  readonly image?: string | undefined;
  /** Does not wait for the disk: faster, and unsafe if the machine fails. etcd before 3.5 ignores it. */
  readonly unsafeNoFsync?: boolean | undefined;
  /** Puts a `TcpProxy` in front of each member's client port. Default: `false`. */
  readonly clientProxy?: boolean | undefined;
  /** Allows `findEtcd` to unpack Debian's package where no etcd is found. Default: `false`. */
  readonly install?: boolean | undefined;
  /** Where the members run, one entry for each; for networks and disks that a test has made. Processes only. */
  readonly places?: readonly MemberPlace[] | undefined;
  /** For everything from the start of the first member to the first write. Default: 30 000. */
  readonly timeoutMs?: number | undefined;
}

/** Where one member runs. */
export interface MemberPlace {
  /**
   * The address that it listens on, and that clients and peers reach it at. Members with an address cannot be
   * partitioned: their network is the test's own. Default: loopback.
   */
  readonly address?: string | undefined;
  /** What its command begins with, such as `["ip", "netns", "exec", "name"]`. Default: nothing. */
  readonly command?: readonly string[] | undefined;
  /** Where it keeps its data, an existing directory. Default: in the cluster's own directory. */
  readonly directory?: string | undefined;
}

/** A user with exactly the rights that a client needs. */
export interface AuthOptions {
  readonly user: string;
  readonly password: string;
  /** The user reads and writes keys that begin with this, and no others. Default: all keys. */
  readonly prefix?: string | undefined;
  /** When etcd forgets a token that a client got for its password and does not use. Default: etcd's own, 300. */
  readonly tokenTtlSeconds?: number | undefined;
}

/** `StartEtcdOptions` with its defaults. */
export interface StartSettings {
  readonly members: 1 | 3;
  readonly tls: boolean | "mutual";
  readonly auth: AuthOptions | undefined;
  readonly heartbeatMs: number | undefined;
  readonly electionMs: number | undefined;
  readonly quotaBytes: number | undefined;
  readonly unsafeNoFsync: boolean;
  readonly clientProxy: boolean;
  readonly places: readonly MemberPlace[];
  readonly timeoutMs: number;
}

const DEFAULT_HEARTBEAT_MS = 100;

/** Checks options and fills in defaults. */
export function resolveStartOptions(options: StartEtcdOptions): StartSettings {
  const { members = 1, runtime, tls = false, auth, heartbeatMs, quotaBytes, timeoutMs = 30_000 } = options;
  if (members !== 1 && members !== 3) throw new InvalidArgumentError("members", "1 or 3", members);
  if (runtime !== undefined && runtime !== "process" && runtime !== "container") {
    throw new InvalidArgumentError("runtime", '"process" or "container"', runtime);
  }
  if (typeof tls !== "boolean" && tls !== "mutual") {
    throw new InvalidArgumentError("tls", 'true, false or "mutual"', tls);
  }
  if (options.binary !== undefined && runtime === "container") {
    throw new InvalidArgumentError("runtime", '"process", as `binary` is given', runtime);
  }
  const { places = [] } = options;
  if (places.length > 0 && runtime === "container") {
    throw new InvalidArgumentError("runtime", '"process", as `places` is given', runtime);
  }
  if (places.length > 0 && places.length !== members) {
    throw new InvalidArgumentError("places", `one for each of ${members} members`, places.length);
  }
  assertPositiveInteger("heartbeatMs", heartbeatMs);
  assertPositiveInteger("electionMs", options.electionMs);
  assertPositiveInteger("quotaBytes", quotaBytes);
  assertPositiveInteger("timeoutMs", timeoutMs);
  const electionMs = options.electionMs ?? (heartbeatMs === undefined ? undefined : heartbeatMs * 10);
  const fewestMs = 5 * (heartbeatMs ?? DEFAULT_HEARTBEAT_MS);
  if (electionMs !== undefined && electionMs < fewestMs) {
    throw new InvalidArgumentError("electionMs", `at least five heartbeats (${fewestMs})`, electionMs);
  }
  if (auth !== undefined) {
    assertText("auth.user", auth.user);
    assertText("auth.password", auth.password);
    assertPositiveInteger("auth.tokenTtlSeconds", auth.tokenTtlSeconds);
    if (auth.user === "root")
      throw new InvalidArgumentError("auth.user", "another name than root", auth.user);
  }
  const { unsafeNoFsync = false, clientProxy = false } = options;
  return {
    ...{ members, tls, auth, heartbeatMs, electionMs, quotaBytes },
    ...{ unsafeNoFsync, clientProxy, places, timeoutMs },
  };
}

/** Refuses what cannot be given to a cluster that runs already. */
export function assertFitsExisting(options: StartEtcdOptions, endpoints: readonly string[]): void {
  const { members = 1, tls, auth, heartbeatMs, electionMs, quotaBytes, places } = options;
  const expected = "left out while FENCELINE_ETCD names a running cluster, or `runtime` given to start one";
  for (const [argument, value] of Object.entries({ auth, heartbeatMs, electionMs, quotaBytes, places })) {
    if (value !== undefined) throw new InvalidArgumentError(argument, expected, value);
  }
  if (tls !== undefined && tls !== false) throw new InvalidArgumentError("tls", expected, tls);
  if (members > endpoints.length) throw new InvalidArgumentError("members", expected, members);
}

function assertPositiveInteger(argument: string, value: unknown): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && Number(value) > 0)) {
    throw new InvalidArgumentError(argument, "an integer > 0", value);
  }
}

function assertText(argument: string, value: unknown): void {
  if (typeof value !== "string" || value === "") {
    throw new InvalidArgumentError(argument, "a non-empty string", value);
  }
}
