import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createEtcd3Endpoint } from "../../dist/etcd/etcd3-endpoint.js";

/** An answer of gRPC without content. */
const emptyMessage = Buffer.alloc(5);

describe("an endpoint", () => {
  it("does not ping a connection that nobody uses, for which etcd would close it", async function () {
    this.timeout(20_000);
    const sessions: ServerHttp2Session[] = [];
    let pings = 0;
    const server = createServer();
    server.on("session", (session) => {
      sessions.push(session);
      session.on("ping", () => {
        pings += 1;
      });
    });
    server.on("stream", (stream) => {
      const headers = { ":status": 200, "content-type": "application/grpc+proto" };
      stream.respond(headers, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(emptyMessage);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const endpoint = createEtcd3Endpoint({ url, attemptTimeoutMs: 1_000 });
    try {
      await endpoint.leaseRevoke(1n);
      assert.equal(sessions.length, 1);
      const before = pings;
      // A ping is due after five seconds.
      await sleep(5_500);
      assert.equal(pings, before);
    } finally {
      endpoint.close();
      for (const session of sessions) session.destroy();
      server.close();
    }
  });
});
