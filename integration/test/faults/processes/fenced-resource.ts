import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createMemoryTokenGate, FencingToken } from "@fenceline/core";

/** What a lock protects, behind HTTP on loopback: a write is a POST of a token, which a gate admits or not. */
export interface FencedResource extends AsyncDisposable {
  readonly url: string;
  /** The status of a write: 200, or 409 for the token of an earlier holder. */
  write(token: FencingToken): Promise<number>;
  /** Tokens in the order in which their writes came. */
  readonly accepted: readonly bigint[];
  readonly refused: readonly bigint[];
}

export async function startFencedResource(): Promise<FencedResource> {
  const gate = createMemoryTokenGate();
  const accepted: bigint[] = [];
  const refused: bigint[] = [];
  const server = createServer(async (request, response) => {
    const token = BigInt(await text(request));
    const admitted = await gate.admit("resource", FencingToken.from(token)).then(
      () => true,
      () => false,
    );
    (admitted ? accepted : refused).push(token);
    response.writeHead(admitted ? 200 : 409, { connection: "close" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async write(token) {
      return (await fetch(url, { method: "POST", body: String(token) })).status;
    },
    accepted,
    refused,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
