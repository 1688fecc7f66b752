import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { InvalidArgumentError } from "@fenceline/core";
import { startTcpProxy, type TcpProxy } from "@fenceline/testing";

describe("TcpProxy", () => {
  let server: Server;
  let accepted: Socket[];
  let proxy: TcpProxy;
  const clients: Socket[] = [];

  beforeEach(async () => {
    accepted = [];
    server = createServer({ allowHalfOpen: true }, (socket) => {
      accepted.push(socket);
      socket.on("error", () => {});
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    proxy = await startTcpProxy({ target: `127.0.0.1:${(server.address() as AddressInfo).port}` });
  });

  afterEach(async () => {
    for (const socket of [...clients.splice(0), ...accepted]) socket.destroy();
    await proxy[Symbol.asyncDispose]();
    server.close();
  });

  async function open(): Promise<Socket> {
    const client = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
    client.on("error", () => {});
    clients.push(client);
    await once(client, "connect");
    return client;
  }

  /** A client with the server's end of its connection. */
  async function openPair(): Promise<[client: Socket, remote: Socket]> {
    const [client] = await Promise.all([open(), once(server, "connection")]);
    return [client, accepted.at(-1) as Socket];
  }

  async function read(socket: Socket): Promise<string> {
    const [chunk] = await once(socket, "data");
    return String(chunk);
  }

  /** Everything that the proxy was given before has passed or been held back when this resolves. */
  async function settle(): Promise<void> {
    await using other = await startTcpProxy({ target: proxy.endpoint.replace(/\d+$/, `${portOf(server)}`) });
    for (let round = 0; round < 3; round += 1) {
      const client = connect(other.port, "127.0.0.1");
      await once(server, "connection");
      accepted.at(-1)?.end("x");
      await read(client);
      client.destroy();
    }
  }

  it("forwards both ways", async () => {
    const [client, remote] = await openPair();
    client.write("ask");
    assert.equal(await read(remote), "ask");
    remote.write("answer");
    assert.equal(await read(client), "answer");
    assert.equal(proxy.connections, 1);
  });

  const obstacles: Record<string, () => void> = {
    "the line is cut": () => proxy.cut(),
    "the target does not read": () => {},
  };
  for (const [when, obstruct] of Object.entries(obstacles)) {
    it(`lets the sender wait rather than hold back much while ${when}`, async () => {
      const [client, remote] = await openPair();
      const sent = Buffer.alloc(48 * 2 ** 20, "0123456789");
      obstruct();
      client.end(sent);
      for (let round = 0; round < 20; round += 1) await settle();
      assert.equal(client.writableFinished, false);
      proxy.heal();
      const chunks: Buffer[] = [];
      for await (const chunk of remote) chunks.push(chunk);
      assert.equal(Buffer.compare(Buffer.concat(chunks), sent), 0);
    });
  }

  it("passes the end of one direction and goes on with the other", async () => {
    const [client, remote] = await openPair();
    client.end("last words");
    assert.equal(await read(remote), "last words");
    await once(remote, "end");
    remote.end("answer");
    assert.equal(await read(client), "answer");
    await closed(client);
    await settle();
    assert.equal(proxy.connections, 0);
  });

  it("keeps connections and forwards nothing while it is cut, and everything in order after it healed", async () => {
    const [client, remote] = await openPair();
    const received = collect(remote);
    proxy.cut();
    client.write("one ");
    client.write("two");
    await settle();
    assert.equal(received(), "");
    assert.equal(proxy.connections, 1);
    proxy.heal();
    while (received() !== "one two") await once(remote, "data");
  });

  it("loses answers and not requests when it is cut to the client", async () => {
    const [client, remote] = await openPair();
    const received = collect(client);
    proxy.cut("toClient");
    client.write("put");
    assert.equal(await read(remote), "put");
    remote.write("done");
    await settle();
    assert.equal(received(), "");
    proxy.heal();
    while (received() !== "done") await once(client, "data");
  });

  it("loses requests and not answers when it is cut to the target", async () => {
    const [client, remote] = await openPair();
    const received = collect(remote);
    proxy.cut("toTarget");
    client.write("put");
    remote.write("event");
    assert.equal(await read(client), "event");
    await settle();
    assert.equal(received(), "");
  });

  for (const leave of ["end", "resetAndDestroy"] as const) {
    it(`does not let ${leave} cross while it is cut`, async () => {
      const [client, remote] = await openPair();
      let isOver = false;
      for (const event of ["end", "error"]) remote.on(event, () => (isOver = true));
      remote.resume();
      proxy.cut();
      client[leave]();
      await settle();
      assert.equal(isOver, false);
      proxy.heal();
      await new Promise((resolve) => {
        for (const event of ["end", "error"]) remote.on(event, resolve);
      });
    });
  }

  it("opens a connection to the target only once it is not cut", async () => {
    proxy.cut();
    const client = await open();
    client.write("hello");
    await settle();
    const before = accepted.length;
    const connection = once(server, "connection");
    proxy.heal();
    await connection;
    assert.equal(accepted.length, before + 1);
    assert.equal(await read(accepted.at(-1) as Socket), "hello");
  });

  it("forgets a client that gave up while it was cut", async () => {
    proxy.cut();
    const client = await open();
    client.write("hello");
    client.end();
    await closed(client);
    await settle();
    const before = accepted.length;
    proxy.heal();
    await settle();
    assert.equal(accepted.length - before, 3, "only the connections of settle()");
    assert.equal(proxy.connections, 0);
  });

  it("delays each way", async () => {
    const [client, remote] = await openPair();
    remote.on("data", (chunk) => remote.write(chunk));
    proxy.delay(40);
    const start = performance.now();
    client.write("ping");
    assert.equal(await read(client), "ping");
    assert.ok(performance.now() - start >= 79, "two ways of 40 ms");
  });

  it("ends a delay when it heals, also for what is under way", async () => {
    const [client, remote] = await openPair();
    proxy.delay(600_000);
    client.write("first ");
    await settle();
    proxy.heal();
    client.write("second");
    let received = "";
    while (received.length < 12) received += await read(remote);
    assert.equal(received, "first second");
  });

  it("resets all connections, both sides, also while it is cut", async () => {
    const [client, remote] = await openPair();
    client.write("hello");
    await read(remote);
    proxy.cut();
    const errors = Promise.all([client.resume(), remote.resume()].map((socket) => once(socket, "error")));
    proxy.reset();
    for (const [error] of await errors) assert.equal(error.code, "ECONNRESET");
    await settle();
    assert.equal(proxy.connections, 0);
  });

  it("freezes the connections of now for good, and carries later ones", async () => {
    const [client, remote] = await openPair();
    const [received, told] = [collect(remote), collect(client)];
    proxy.freeze();
    client.write("hello");
    remote.write("answer");
    remote.end();
    proxy.heal();
    await settle();
    const [later, laterRemote] = await openPair();
    later.write("hello again");
    assert.equal(await read(laterRemote), "hello again");
    assert.deepEqual([received(), told(), client.readableEnded], ["", "", false]);
    proxy.reset();
    await closed(client);
  });

  it("resets a connection that is just ending, without losing its handle", async () => {
    const [client, remote] = await openPair();
    proxy.cut();
    remote.end();
    client.end();
    await settle();
    proxy.heal(); // sends both ends on
    proxy.reset(); // before they are sent
    await Promise.all([closed(client), closed(remote)]);
    await settle();
    assert.equal(proxy.connections, 0);
  });

  it("resets clients of a target that is not there", async () => {
    await using nobody = await startTcpProxy({ target: proxy.endpoint });
    await using orphan = await startTcpProxy({ target: nobody.endpoint });
    await nobody[Symbol.asyncDispose]();
    const client = connect(orphan.port, "127.0.0.1");
    const [error] = await once(client, "error");
    assert.equal(error.code, "ECONNRESET");
  });

  it("is disposed of twice, with connections open", async () => {
    const [client] = await openPair();
    await Promise.all([proxy[Symbol.asyncDispose](), proxy[Symbol.asyncDispose]()]);
    await closed(client);
  });

  it("writes its endpoint as the target was written", async () => {
    await using plain = await startTcpProxy({ target: "127.0.0.1:2379" });
    await using url = await startTcpProxy({ target: "https://localhost:2379/" });
    assert.equal(plain.endpoint, `127.0.0.1:${plain.port}`);
    assert.equal(url.endpoint, `https://127.0.0.1:${url.port}`);
  });

  it("refuses targets, directions and delays that it cannot use", async () => {
    for (const target of ["", "localhost", "http://localhost", "host:99999", "ftp://host:21", "a:1/b"]) {
      await assert.rejects(startTcpProxy({ target }), InvalidArgumentError, target);
    }
    assert.throws(() => proxy.cut("both" as "toClient"), InvalidArgumentError);
    assert.throws(() => proxy.delay(-1), InvalidArgumentError);
    assert.throws(() => proxy.delay(Number.NaN), InvalidArgumentError);
  });
});

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.resume().on("close", () => resolve()));
}

/** What a socket has received so far. */
function collect(socket: Socket): () => string {
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk;
  });
  return () => received;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
