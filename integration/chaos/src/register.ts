import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createMemoryTokenGate, FencelineError } from "@fenceline/core";
import { nowMs, type Recorder } from "./recorder.js";
import { type RegisterWrite, readWrite } from "./register-client.js";

/** The resource that the locks protect: takes writes over HTTP, and asks a token gate about each. */
export interface Register extends AsyncDisposable {
  readonly url: string;
}

/** Starts the register on loopback. Without `fenced` it takes every write, whatever its token. */
export async function startRegister(recorder: Recorder, fenced: boolean): Promise<Register> {
  const gate = createMemoryTokenGate();
  const server = createServer((request, response) => {
    answer(request).then(
      (status) => response.writeHead(status).end(),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  // A worker that was paused finds its connection as it left it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  async function answer(request: IncomingMessage): Promise<number> {
    const write = readWrite(await text(request));
    try {
      if (fenced) await gate.admit(write.lock, write.token, () => note(write, true));
      else note(write, true);
      return 200;
    } catch (error) {
      if (!FencelineError.is(error, "stale_token")) throw error;
      note(write, false);
      return 409;
    }
  }

  /** What is written is that it was: in the same step as the gate's check. */
  function note(write: RegisterWrite, accepted: boolean): void {
    const ms = nowMs();
    recorder.record({ kind: "effect", ...write, resource: "register", beginMs: ms, ms, accepted });
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
