import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createGateway, type Gateway } from "../../dist/etcd/gateway.js";

describe("Gateway", () => {
  async function serve(listener: RequestListener): Promise<{ gateway: Gateway } & Disposable> {
    const server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      gateway: createGateway({ url, timeoutMs: 50 }),
      [Symbol.dispose]() {
        server.close();
        server.closeAllConnections();
      },
    };
  }

  it("calls a method with JSON and a token", async () => {
    let seen = "";
    using server = await serve(async (request, response) => {
      const body = (await request.toArray()).join("");
      seen = [request.method, request.url, request.headers.authorization, body].join(" ");
      response.end('{"ok":true}');
    });
    assert.deepEqual(await server.gateway.call("kv/put", { key: "a" }, "token"), { ok: true });
    assert.equal(seen, 'POST /v3/kv/put token {"key":"a"}');
  });

  it("rejects what is not 200, with what was answered", async () => {
    using server = await serve((_request, response) => {
      response.writeHead(403).end("permission denied");
    });
    await assert.rejects(server.gateway.call("kv/put", {}), /\/v3\/kv\/put answered 403: permission denied/);
  });

  it("does not wait longer than its limit", async () => {
    using server = await serve(() => {});
    await assert.rejects(server.gateway.get("/version"), /\/version did not answer within 50 ms/);
  });
});
