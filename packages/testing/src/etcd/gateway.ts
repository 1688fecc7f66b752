import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { CertificateFiles } from "../tls/tls-material.js";

/** etcd's HTTP side at one member: its JSON gateway to the gRPC calls, and the plain paths. */
export interface Gateway {
  /** Calls a method of the gateway, for example `kv/put`. Bytes are base64. */
  call<T = unknown>(method: string, body: object, token?: string): Promise<T>;
  /** Reads a plain path, for example `/version`. */
  get<T = unknown>(path: string): Promise<T>;
}

export interface GatewayOptions {
  readonly url: string;
  readonly tls?: CertificateFiles | undefined;
  /** For each call. */
  readonly timeoutMs?: number | undefined;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { url, tls, timeoutMs = 1_000 } = options;
  const credentials = tls && { ca: tls.ca.pem, cert: tls.cert.pem, key: tls.key.pem };
  const request = url.startsWith("https:") ? requestHttps : requestHttp;

  const send = (method: string, path: string, body?: string, token?: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = token === undefined ? {} : { authorization: token };
      const call = request(
        new URL(path, url),
        { method, headers, agent: false, ...credentials },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString();
            if (response.statusCode === 200) resolve(text);
            else reject(new Error(`${url}${path} answered ${response.statusCode}: ${text}`));
          });
        },
      );
      const timer = setTimeout(
        () => call.destroy(new Error(`${url}${path} did not answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      call.on("close", () => clearTimeout(timer));
      call.on("error", reject);
      call.end(body);
    });

  return {
    call: async (method, body, token) =>
      JSON.parse(await send("POST", `/v3/${method}`, JSON.stringify(body), token)),
    get: async (path) => JSON.parse(await send("GET", path)),
  };
}

/** Keys and values as the gateway wants them. */
export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
