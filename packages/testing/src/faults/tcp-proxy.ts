import { InvalidArgumentError } from "@fenceline/core";
import { createLine, type LineFaults, type Target } from "./line.js";
import { listenOnLoopback } from "./loopback-server.js";

export interface TcpProxyOptions {
  /** Where connections are forwarded to: `"127.0.0.1:2379"` or a URL with a port. */
  readonly target: string;
  /** The loopback port to listen on. Default: a free one. */
  readonly port?: number | undefined;
}

/** A TCP proxy on 127.0.0.1 that can be cut, delayed and reset. It keeps no process alive. */
export interface TcpProxy extends LineFaults, AsyncDisposable {
  readonly port: number;
  /** What clients use in place of the target, written as the target was: a URL stays a URL. */
  readonly endpoint: string;
}

/**
 * Starts a TCP proxy in front of a server, to test what a client does when the network fails.
 *
 * @example
 * ```ts
 * await using proxy = await startTcpProxy({ target: "http://127.0.0.1:2379" });
 * const client = connectTo(proxy.endpoint);
 * proxy.cut("toClient"); // requests arrive, answers are lost
 * proxy.heal();
 * ```
 *
 * @throws InvalidArgumentError for a target without host and port.
 */
export async function startTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const { target, scheme } = parseTarget(options.target);
  const line = createLine(target);
  const server = await listenOnLoopback((client) => line.attach(client), options.port);

  return {
    port: server.port,
    endpoint: `${scheme}127.0.0.1:${server.port}`,
    get connections() {
      return line.connections;
    },
    cut: (direction) => line.cut(direction),
    delay: (delayMs) => line.delay(delayMs),
    freeze: () => line.freeze(),
    reset: () => line.reset(),
    heal: () => line.heal(),
    async [Symbol.asyncDispose]() {
      const closed = server.close();
      line.reset();
      await closed;
    },
  };
}

function parseTarget(text: string): { readonly target: Target; readonly scheme: string } {
  const [, scheme = "", host, port] =
    /^(https?:\/\/)?(\[[^\]]+\]|[^:/?#@\s]+):(\d{1,5})\/?$/.exec(text) ?? [];
  if (host === undefined || port === undefined || Number(port) > 65_535) {
    throw new InvalidArgumentError("target", "a host with a port or an http(s) URL with both", text);
  }
  return { target: { host: host.replace(/^\[|\]$/g, ""), port: Number(port) }, scheme };
}
