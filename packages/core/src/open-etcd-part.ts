import type { Clock } from "./clock.js";
import type { ConnectSettings } from "./connect-settings.js";
import type { EtcdPart } from "./create-coordinator.js";
import { debug } from "./debug.js";
import { publish } from "./diagnostics.js";
import { EtcdError, FencelineError } from "./errors.js";
import { createDeletionWatches } from "./etcd/deletion-watches.js";
import type { EtcdPort } from "./etcd/port.js";
import { warnOfOldServer } from "./etcd/server-version.js";
import { createEtcdTokenGate } from "./fencing/etcd-token-gate.js";
import type { CoordinatorInfo } from "./interceptor.js";
import type { Random } from "./random.js";
import { createRecipe } from "./recipes/create-recipe.js";
import { createKeySpace, TOOZ_LOCKS } from "./recipes/queue-keys.js";
import { createGlobalLocks } from "./scopes/global-locks.js";
import { HeldChecks } from "./scopes/held-checks.js";
import type { ScopeLocks } from "./scopes/scope-locks.js";
import { openSession } from "./session/session.js";
import { createSessionKeeper } from "./session/session-keeper.js";
import type { SessionState } from "./session/session-state.js";
import { LinkedStop, raceSignal } from "./signals.js";

export interface EtcdPartOptions {
  readonly settings: ConnectSettings;
  /** Named in what is published. */
  readonly coordinator: CoordinatorInfo;
  readonly clock: Clock;
  readonly random: Random;
  /** Instead of a connection to the endpoints in the settings. */
  readonly port?: EtcdPort | undefined;
}

/** How long `close()` waits for etcd to revoke the lease, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Connects, opens the first session, and gives the global scope on it. Rejects with `EtcdError` in time. */
export async function openEtcdPart(
  options: EtcdPartOptions,
): Promise<{ readonly locks: ScopeLocks; readonly etcd: EtcdPart }> {
  const { settings, coordinator, clock, random } = options;
  const connection =
    options.port === undefined
      ? await (await import("./etcd/connection.js")).openConnection(settings, coordinator)
      : { port: options.port, explain: async (error: unknown) => error };
  const { port } = connection;
  const keySpace = createKeySpace(settings.namespace);
  const listeners: ((state: SessionState) => void)[] = [];
  const checks = new HeldChecks();

  const sessions = createSessionKeeper(
    (on) =>
      openSession({
        ...on,
        port,
        clock,
        random,
        ttlMs: settings.ttlMs,
        keyPrefix: keySpace.sessionPrefix,
        record: sessionRecord(settings.node, clock),
        onRenewed(renewal) {
          void checks.check();
          publish("fenceline:session:renewed", () => ({ coordinator, ...renewal }));
        },
        onRenewalFailed: (reason) =>
          publish("fenceline:session:renewal-failed", () => ({ coordinator, reason })),
      }),
    clock,
    (state) => {
      debug("session %s", state.status);
      publish("fenceline:session:state", () => ({ coordinator, state }));
      for (const listener of listeners) listener(state);
    },
  );
  const watches = createDeletionWatches(port, clock);
  const close = async (): Promise<void> => {
    await sessions.close(CLOSE_TIMEOUT_MS);
    watches.close();
    port.close();
  };

  try {
    using deadline = new LinkedStop({
      timeoutMs: settings.connectTimeoutMs,
      timeoutReason: () =>
        new EtcdError("etcd_unavailable", `etcd did not answer within ${settings.connectTimeoutMs} ms`, {
          retryable: true,
        }),
      clock,
    });
    warnOfOldServer(await raceSignal(readVersion(port), deadline));
    await raceSignal(sessions.session(), deadline);
  } catch (error) {
    const explained = await connection.explain(error);
    await close();
    throw withWayOut(explained, settings);
  }

  const locks = createGlobalLocks({
    port,
    recipe: createRecipe(settings.wire, { port, clock, random, watches, keySpace }),
    sessions,
    clock,
    random,
    keySpace,
    node: settings.node,
    handOver: settings.handOver,
    checks,
    explain: (error) => withWayOut(error, settings),
  });
  return {
    locks,
    etcd: {
      tokenGate: createEtcdTokenGate({ port, prefix: keySpace.gatePrefix }),
      get sessionState() {
        return sessions.state;
      },
      onSessionState: (listener) => listeners.push(listener),
      close,
    },
  };
}

/** Says what the user of etcd is missing, where etcd only says that something is. */
function withWayOut(error: unknown, { namespace, wire }: ConnectSettings): unknown {
  if (!FencelineError.is(error, "etcd_auth")) return error;
  const cinders = wire.includes("cinder") ? ` and, for wire "cinder", on the prefix "${TOOZ_LOCKS}"` : "";
  const wayOut = /permission/i.test(error.message)
    ? `the user needs a role with readwrite on the prefix "${namespace}/"${cinders}`
    : /user name is empty/.test(error.message)
      ? "pass `etcd.user` and `etcd.password`"
      : undefined;
  return wayOut === undefined
    ? error
    : new EtcdError("etcd_auth", `${error.message}: ${wayOut}`, { cause: error });
}

/** The version of a member, or `undefined` where the user may not ask for it. */
async function readVersion(port: EtcdPort): Promise<string | undefined> {
  try {
    const version = await port.version();
    debug("etcd %s", version);
    return version;
  } catch (error) {
    if (FencelineError.is(error, "etcd_auth") && /permission/i.test(error.message)) return undefined;
    throw error;
  }
}

function sessionRecord(node: string, clock: Clock): string {
  return JSON.stringify({ v: 1, node, pid: process.pid, since: new Date(clock.wallNow()).toISOString() });
}
