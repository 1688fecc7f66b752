import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { createCertificateAuthority } from "@fenceline/testing";

/** TLS in front of an etcd, with an authority that is replaced while clients are connected. */
export interface RotatingTls extends AsyncDisposable {
  readonly url: string;
  /** The client's files, of the present authority unless `rotate` was told to leave them. */
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string };
  /** Takes another authority, for itself and for clients, and ends all connections. */
  rotate(options?: RotateOptions): void;
}

export interface RotateOptions {
  /** The client's files stay those of the authority before. */
  readonly leaveFiles?: boolean;
  /** Until when the server's new certificate is valid. */
  readonly notAfter?: Date;
}

export async function startRotatingTls(endpoint: string): Promise<RotatingTls> {
  const { hostname, port } = new URL(endpoint);
  const directory = mkdtempSync(join(tmpdir(), "fenceline-rotation-"));
  const files = {
    ca: join(directory, "ca.crt"),
    cert: join(directory, "client.crt"),
    key: join(directory, "client.key"),
  };
  const sockets = new Set<Socket>();

  /** What the server presents from now on; the client's side goes into the files. */
  const issue = ({ leaveFiles = false, notAfter }: RotateOptions = {}) => {
    const authority = createCertificateAuthority("fenceline test rotation");
    const client = authority.issue({ commonName: "app", usages: ["clientAuth"] });
    if (!leaveFiles) {
      writeFileSync(files.ca, authority.cert);
      writeFileSync(files.cert, client.cert);
      writeFileSync(files.key, client.key, { mode: 0o600 });
    }
    const server = authority.issue({
      ...{ commonName: "etcd", usages: ["serverAuth"], hosts: ["127.0.0.1"] },
      notAfter,
    });
    return { ca: authority.cert, ...server };
  };

  const server = createServer(
    { ...issue(), requestCert: true, rejectUnauthorized: true, ALPNProtocols: ["h2"] },
    (socket) => {
      const upstream = connect(Number(port), hostname);
      for (const [from, to] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        sockets.add(from);
        from.on("error", () => to.destroy()).on("close", () => to.destroy());
        from.pipe(to);
      }
    },
  );
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    rotate(options) {
      server.setSecureContext(issue(options));
      endAll();
    },
    async [Symbol.asyncDispose]() {
      endAll();
      server.close();
      rmSync(directory, { recursive: true });
    },
  };
}
