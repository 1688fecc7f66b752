import { EtcdError } from "../errors.js";
import type { Credentials } from "./credentials.js";
import { connectTls } from "./endpoint-socket.js";
import type { Endpoint } from "./etcd3-endpoint.js";

/** After the handshake, how long to wait for a server that refuses our certificate (TLS 1.3 says so late). */
const REFUSAL_MS = 250;

/**
 * Finds out why a cluster could not be used, when calls alone did not tell: TLS that one side refuses, or
 * members that answer but have no leader. Returns the error as it was when neither is the cause.
 */
export async function diagnose(
  failure: unknown,
  endpoints: readonly Endpoint[],
  tls: { readonly credentials: Credentials; readonly serverName: string | undefined } | undefined,
  timeoutMs: number,
): Promise<unknown> {
  const found = await Promise.all(endpoints.map((endpoint) => diagnoseOne(endpoint, tls, timeoutMs)));
  const error = found.find((candidate) => candidate?.code === "etcd_tls") ?? found.find(Boolean);
  return error ?? failure;
}

async function diagnoseOne(
  endpoint: Endpoint,
  tls: { readonly credentials: Credentials; readonly serverName: string | undefined } | undefined,
  timeoutMs: number,
): Promise<EtcdError | undefined> {
  if (endpoint.url.startsWith("https:")) {
    const refusal = await tryHandshake(endpoint.url, tls, timeoutMs);
    if (refusal !== undefined) {
      const message = `etcd at ${endpoint.url}: TLS was refused: ${refusal.message}`;
      return new EtcdError("etcd_tls", message, { cause: refusal });
    }
  }
  try {
    const { hasLeader } = await endpoint.status();
    if (hasLeader) return undefined;
    const message = `etcd at ${endpoint.url} answers but has no leader: a majority of the members is missing`;
    return new EtcdError("etcd_no_quorum", message, { retryable: true });
  } catch {
    return undefined;
  }
}

/** The error of a TLS handshake, or `undefined` when it succeeds or the server cannot be reached at all. */
function tryHandshake(
  url: string,
  tls: { readonly credentials: Credentials; readonly serverName: string | undefined } | undefined,
  timeoutMs: number,
): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const socket = connectTls(url, tls?.credentials, tls?.serverName);
    const end = (error: Error | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(error);
    };
    let timer = setTimeout(end, timeoutMs, undefined);
    socket.on("error", (error: NodeJS.ErrnoException) => {
      end(error.syscall === "connect" || error.code === "ENOTFOUND" ? undefined : error);
    });
    socket.on("secureConnect", () => {
      clearTimeout(timer);
      timer = setTimeout(end, REFUSAL_MS, undefined);
    });
  });
}
