import type { ConnectSettings } from "../connect-settings.js";
import { publish } from "../diagnostics.js";
import { FencelineError } from "../errors.js";
import type { CoordinatorInfo } from "../interceptor.js";
import { createCallPolicy } from "./call-policy.js";
import { createCluster } from "./cluster.js";
import { readCredentials } from "./credentials.js";
import { diagnose } from "./diagnose.js";
import { createEtcd3Endpoint } from "./etcd3-endpoint.js";
import { createGroupCommit } from "./group-commit.js";
import type { EtcdPort } from "./port.js";
import { createRenewingEndpoint } from "./renewing-endpoint.js";

export interface Connection {
  readonly port: EtcdPort;
  /** A better error for one that only says that calls did not get through. */
  explain(error: unknown): Promise<unknown>;
}

/** Longest that finding out why a connection failed may take, in milliseconds. */
const DIAGNOSIS_MS = 1_000;

/** One client for each endpoint. Opens no socket yet: the first call does. */
export async function openConnection(
  settings: ConnectSettings,
  coordinator: CoordinatorInfo,
): Promise<Connection> {
  const { attemptTimeoutMs } = settings;
  const etcd = settings.etcd;
  if (etcd === undefined) throw new TypeError("Expected settings with etcd");
  const read = () => etcd.tls && readCredentials(etcd.tls);
  const serverName = etcd.tls?.serverName;
  const endpoints = etcd.hosts.map((url) =>
    createRenewingEndpoint({
      url,
      read,
      open: (credentials, generation) =>
        createEtcd3Endpoint({
          url,
          attemptTimeoutMs,
          serverName,
          credentials,
          generation,
          auth:
            etcd.user === undefined ? undefined : { username: etcd.user, password: etcd.password as string },
        }),
    }),
  );
  const policy =
    etcd.callPolicy ??
    createCallPolicy({
      attemptTimeoutMs,
      onBreakerState: (state) => publish("fenceline:etcd:breaker", () => ({ coordinator, state })),
    });
  return {
    port: createGroupCommit(
      createCluster(endpoints, policy, (endpoint, attempt) =>
        publish("fenceline:etcd:retry", () => ({ coordinator, endpoint, attempt })),
      ),
    ),
    async explain(error) {
      if (!FencelineError.is(error, "etcd_unavailable")) return error;
      const credentials = read();
      return diagnose(error, endpoints, credentials && { credentials, serverName }, DIAGNOSIS_MS);
    },
  };
}
