import { type AddressInfo, createServer, type Socket } from "node:net";

/** Accepts TCP connections on 127.0.0.1. Keeps no process alive. */
export interface LoopbackServer {
  readonly port: number;
  /** Accepts no more, and resolves when the connections of before are gone. Idempotent. */
  close(): Promise<void>;
}

export async function listenOnLoopback(
  onConnection: (client: Socket) => void,
  port = 0,
): Promise<LoopbackServer> {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
