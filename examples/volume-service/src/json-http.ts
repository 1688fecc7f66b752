import { type Agent, createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer that is not 2xx; thrown by a server's handler to give one, and by `requestJson` that got one. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "HttpError";
    this.status = status;
  }
}

export interface RequestJsonOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly agent?: Agent | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Sends JSON and reads JSON: `requestJson("GET", "127.0.0.1:8080", "/health")`. */
export function requestJson<T>(
  method: string,
  address: string,
  path: string,
  options: RequestJsonOptions = {},
): Promise<T> {
  const { agent, signal, timeoutMs } = options;
  const body = options.body === undefined ? "" : JSON.stringify(options.body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `http://${address}${path}`,
      {
        method,
        agent,
        signal,
        timeout: timeoutMs,
        headers: { ...options.headers, "content-length": Buffer.byteLength(body) },
      },
      (response) => {
        const status = response.statusCode ?? 0;
        readJson<T & { error?: string }>(response).then((answer) => {
          if (status < 300) resolve(answer);
          else reject(new HttpError(status, answer.error ?? `status ${status}`));
        }, reject);
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Answers one request: what it returns is sent as JSON, what it throws as an error. */
export type JsonHandler = (call: JsonCall) => unknown;

export interface JsonCall {
  readonly method: string;
  readonly url: URL;
  readonly body: Readonly<Record<string, unknown>>;
  readonly request: IncomingMessage;
}

export interface JsonServer {
  /** `127.0.0.1:40123` */
  readonly address: string;
  /** Closes the server and all its connections. */
  close(): void;
}

/** Serves JSON on a free port of 127.0.0.1. */
export async function serveJson(handler: JsonHandler): Promise<JsonServer> {
  const server = createServer(async (incoming, response) => {
    try {
      const body = await readJson<Record<string, unknown>>(incoming).catch(() => {
        throw new HttpError(400, "Expected the body to be JSON");
      });
      const url = new URL(incoming.url ?? "/", "http://localhost");
      const answer = await handler({ method: incoming.method ?? "GET", url, body, request: incoming });
      response.end(JSON.stringify(answer ?? {}));
    } catch (error) {
      response.statusCode = error instanceof HttpError ? error.status : 500;
      response.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
    }
  });
  // A paused client finds its connection open when it comes back.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function readJson<T>(stream: IncomingMessage): Promise<T> {
  let text = "";
  for await (const chunk of stream.setEncoding("utf8")) text += chunk;
  return JSON.parse(text === "" ? "{}" : text);
}
