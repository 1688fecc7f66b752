import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import type { Credentials } from "./credentials.js";

/** Where an endpoint is reached, as sockets take it: an IPv6 address without its brackets. */
export interface EndpointAddress {
  readonly host: string;
  readonly port: number;
}

export function addressOf(url: string): EndpointAddress {
  const { protocol, hostname, port } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port || (protocol === "https:" ? 443 : 80)),
  };
}

/**
 * Begins TLS with an endpoint. Without a CA those of Node.js are trusted.
 *
 * @param serverName the name that the server's certificate must be for, instead of the host's
 */
export function connectTls(
  url: string,
  credentials: Credentials | undefined,
  serverName: string | undefined,
): TLSSocket {
  const { host, port } = addressOf(url);
  // Node.js names no host to the server of its own accord, and an address must not be named.
  const name = serverName ?? (isIP(host) === 0 ? host : undefined);
  return connect({
    ...credentials,
    host,
    port,
    ALPNProtocols: ["h2"],
    ...(name === undefined ? {} : { servername: name }),
  });
}
