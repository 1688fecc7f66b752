import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { addressOf, connectTls } from "../../dist/etcd/endpoint-socket.js";

describe("the address of an endpoint", () => {
  it("is that of its URL, without brackets, and with the scheme's port where it names none", () => {
    assert.deepEqual(addressOf("http://etcd-1:2379"), { host: "etcd-1", port: 2379 });
    assert.deepEqual(addressOf("http://etcd-1"), { host: "etcd-1", port: 80 });
    assert.deepEqual(addressOf("https://[fd00::9]"), { host: "fd00::9", port: 443 });
  });
});

describe("TLS with an endpoint", () => {
  for (const [host, serverName, named] of [
    ["localhost", undefined, "localhost"],
    ["127.0.0.1", "etcd.example", "etcd.example"],
    ["127.0.0.1", undefined, undefined],
  ] as const) {
    it(`names ${named ?? "no host"} to the server for ${host}${serverName === undefined ? "" : ` as ${serverName}`}`, async () => {
      const server = createServer();
      await once(server.listen(0), "listening");
      const { port } = server.address() as AddressInfo;
      const socket = connectTls(`https://${host}:${port}`, undefined, serverName);
      socket.on("error", () => {});
      const [client] = (await once(server, "connection")) as [Socket];
      const [hello] = (await once(client, "data")) as [Buffer];
      assert.ok(hello.includes(named ?? "h2"));
      assert.equal(hello.includes("localhost"), named === "localhost");
      assert.equal(hello.includes("127.0.0.1"), false);
      client.destroy();
      socket.destroy();
      server.close();
    });
  }
});
