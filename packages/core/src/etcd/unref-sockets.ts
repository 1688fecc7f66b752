import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { isIP, type Socket } from "node:net";

/**
 * Lets the process end while a connection to an endpoint is being made, until disposed.
 *
 * grpc-js holds the process only while calls are under way, but for a connection that was accepted and never
 * answered (a member that is paused) it does so without end, also after the client was closed. It gives no
 * access to its sockets; Node.js announces each one on this channel.
 */
export function unrefSocketsTo(url: string): Disposable {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const wantedPort = Number(port || (protocol === "https:" ? 443 : 80));
  const onSocket = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    socket.on("connectionAttempt", (ip: string, attemptPort: number) => {
      if (attemptPort === wantedPort && (isIP(host) === 0 || ip === host)) socket.unref();
    });
  };
  subscribe("net.client.socket", onSocket);
  return { [Symbol.dispose]: () => unsubscribe("net.client.socket", onSocket) };
}
