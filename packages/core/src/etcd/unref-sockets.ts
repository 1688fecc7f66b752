import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { isIP, type Socket } from "node:net";
import { addressOf, type EndpointAddress } from "./endpoint-socket.js";

/** Where connections are made to by somebody who wants none of them to hold the process, each as often as wanted. */
const targets = new Set<EndpointAddress>();

/**
 * Lets the process end while a connection to an endpoint is being made, until disposed.
 *
 * grpc-js holds the process only while calls are under way, but for a connection that was accepted and never
 * answered (a member that is paused) it does so without end, also after the client was closed. It gives no
 * access to its sockets; Node.js announces each one on this channel, and those of everybody else in the process
 * too: each gets one listener, however many endpoints there are.
 */
export function unrefSocketsTo(url: string): Disposable {
  const target = addressOf(url);
  if (targets.size === 0) subscribe("net.client.socket", onSocket);
  targets.add(target);
  return {
    [Symbol.dispose]() {
      if (targets.delete(target) && targets.size === 0) unsubscribe("net.client.socket", onSocket);
    },
  };
}

function onSocket(message: unknown): void {
  const { socket } = message as { readonly socket: Socket };
  socket.on("connectionAttempt", (ip: string, port: number) => {
    for (const target of targets) {
      if (port === target.port && (isIP(target.host) === 0 || ip === target.host)) socket.unref();
    }
  });
}
