import assert from "node:assert/strict";
import { once } from "node:events";
import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { createUnaryCalls, type UnaryCalls } from "../../dist/etcd/unary-calls.js";

const method = "/test.Test/Call";
const headers = { ":status": 200, "content-type": "application/grpc" };
const asText = (answer: Buffer): string => answer.toString();

/** A message as gRPC sends it. */
function framed(text: string): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(text.length, 1);
  return Buffer.concat([prefix, Buffer.from(text)]);
}

/** Answers with a message, and trailers. */
function answer(stream: ServerHttp2Stream, text: string, trailers: Record<string, string>): void {
  stream.respond(headers, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  stream.end(framed(text));
}

interface Scene extends AsyncDisposable {
  readonly url: string;
  readonly sessions: readonly ServerHttp2Session[];
  /** What each stream was asked with. */
  readonly asked: readonly (NodeJS.Dict<string | string[]> & { readonly message: string })[];
  readonly calls: UnaryCalls;
}

/** A server that does with each request what it is told, and a client of it. */
async function createScene(serve: (stream: ServerHttp2Stream) => void, timeoutMs = 1_000): Promise<Scene> {
  const sessions: ServerHttp2Session[] = [];
  const asked: Scene["asked"][number][] = [];
  const server = createServer();
  server.on("session", (session) => sessions.push(session));
  server.on("stream", (stream, requestHeaders) => {
    const chunks: Buffer[] = [];
    stream.on("error", () => {});
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      asked.push({ ...requestHeaders, message: Buffer.concat(chunks).toString() });
      serve(stream);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const calls = createUnaryCalls({ url, method, timeoutMs });
  return {
    url,
    sessions,
    asked,
    calls,
    async [Symbol.asyncDispose]() {
      calls.close();
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function eventually(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    assert.ok(tries < 400, "it has not come about in two seconds");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const ok = { "grpc-status": "0" };
const call = (calls: UnaryCalls): Promise<string> => calls.call(Buffer.from("question"), asText);

describe("unary calls", () => {
  it("send a message, and resolve with what is made of the answer", async () => {
    await using scene = await createScene((stream) => answer(stream, "answer", ok));
    assert.equal(await scene.calls.call(Buffer.from("question"), asText, "a-token"), "answer");
    const [request] = scene.asked;
    assert.equal(request?.message, framed("question").toString());
    assert.equal(request?.[":path"], method);
    assert.equal(request?.["content-type"], "application/grpc");
    assert.equal(request?.[":authority"], new URL(scene.url).host);
    assert.equal(request?.["te"], "trailers");
    assert.equal(request?.["grpc-timeout"], "1000m");
    assert.equal(request?.["token"], "a-token");
  });

  it("share one connection, made ahead if wanted", async () => {
    await using scene = await createScene((stream) => answer(stream, "answer", ok));
    scene.calls.prepare();
    await eventually(() => scene.sessions.length === 1);
    await Promise.all(Array.from({ length: 20 }, () => call(scene.calls)));
    scene.calls.prepare();
    assert.equal(await call(scene.calls), "answer");
    assert.equal(scene.sessions.length, 1);
  });

  it("take answers of any length, in however many pieces", async () => {
    const long = "0123456789".repeat(100_000);
    await using scene = await createScene((stream) => answer(stream, long, ok));
    assert.equal(await call(scene.calls), long);
  });

  it("fail with status and text of the trailers", async () => {
    const trailers = { "grpc-status": "9", "grpc-message": "etcdserver: 100%25 f%C3%BCll" };
    await using scene = await createScene((stream) => answer(stream, "", trailers));
    await assert.rejects(call(scene.calls), { message: "9 FAILED_PRECONDITION: etcdserver: 100% füll" });
  });

  it("fail with status and text of an answer that is headers only, badly encoded as it may be", async () => {
    await using scene = await createScene((stream) =>
      stream.respond(
        { ...headers, "grpc-status": "16", "grpc-message": "100% refused" },
        { endStream: true },
      ),
    );
    await assert.rejects(call(scene.calls), { message: "16 UNAUTHENTICATED: 100% refused" });
  });

  it("fail with the HTTP status of a server that does not speak gRPC", async () => {
    await using scene = await createScene((stream) => {
      stream.respond({ ":status": 503 });
      stream.end("<html>");
    });
    await assert.rejects(call(scene.calls), {
      message: "2 UNKNOWN: HTTP status 503 instead of an answer of gRPC",
    });
  });

  it("fail for an answer that is no message, or cannot be read", async () => {
    await using scene = await createScene((stream) => {
      stream.respond(headers, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers(ok));
      stream.end("abc");
    });
    await assert.rejects(call(scene.calls), /^GrpcError: 13 INTERNAL: an answer that cannot be read/);

    await using other = await createScene((stream) => answer(stream, "answer", ok));
    const unreadable = other.calls.call(Buffer.alloc(0), () => {
      throw new RangeError("cut off");
    });
    await assert.rejects(unreadable, /^GrpcError: 13 INTERNAL: .*cut off/);
  });

  it("end with their time, and take back what nobody answers", async () => {
    let cancelled: Promise<unknown> | undefined;
    await using scene = await createScene((stream) => {
      cancelled = once(stream, "aborted");
    }, 50);
    await assert.rejects(call(scene.calls), { message: "4 DEADLINE_EXCEEDED: no answer in time" });
    await cancelled;
    assert.equal(scene.sessions.length, 1);
  });

  it("tell a call that was not sent, for lack of a connection, from one that may have been carried out", async () => {
    await using scene = await createScene((stream) => stream.session?.destroy());
    await assert.rejects(call(scene.calls), /^GrpcError: 14 UNAVAILABLE: Connection dropped: /);
    await scene[Symbol.asyncDispose]();
    const calls = createUnaryCalls({ url: scene.url, method, timeoutMs: 1_000 });
    await assert.rejects(
      call(calls),
      /^GrpcError: 14 UNAVAILABLE: No connection established: .*ECONNREFUSED/,
    );
    calls.close();
  });

  it("fail when a stream is reset, and go on over a new connection", async () => {
    await using scene = await createScene((stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    await assert.rejects(call(scene.calls), /^GrpcError: 14 UNAVAILABLE: Connection dropped: /);
    await assert.rejects(call(scene.calls), /^GrpcError: 14 UNAVAILABLE: Connection dropped: /);
    assert.equal(scene.sessions.length, 2);
  });

  it("tell that a stream was not looked at which the server has refused", async () => {
    await using scene = await createScene((stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM));
    for (const connections of [1, 2]) {
      await assert.rejects(call(scene.calls), /^GrpcError: 14 UNAVAILABLE: No connection established: /);
      assert.equal(scene.sessions.length, connections);
    }
  });

  it("connect anew after the connection has ended, or takes no more calls", async () => {
    await using scene = await createScene((stream) => answer(stream, "answer", ok));
    assert.equal(await call(scene.calls), "answer");
    const gone = once(scene.sessions[0] as ServerHttp2Session, "close");
    scene.sessions[0]?.goaway();
    scene.sessions[0]?.close();
    await gone;
    // The client hears of it a little later.
    for (let i = 0; i < 50; i += 1) await call(scene.calls).catch(() => {});
    assert.equal(await call(scene.calls), "answer");
    assert.equal(scene.sessions.length, 2);
  });

  it("fail with their time for a connection that is not made, and go on making it for the next", async () => {
    const sockets: Socket[] = [];
    // It takes what TLS begins with, and says nothing.
    const server = createTcpServer((socket) => sockets.push(socket.on("error", () => {})));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const calls = createUnaryCalls({ url, method, timeoutMs: 50 });
    for (let i = 0; i < 3; i += 1) {
      await assert.rejects(call(calls), {
        message: "14 UNAVAILABLE: No connection established: not within 50 ms",
      });
    }
    assert.equal(sockets.length, 1);
    calls.close();
    for (const socket of sockets) if (!socket.closed) await once(socket.resume(), "close");
    server.close();
  });

  it("make another connection in the place of one on which the server says nothing", async function () {
    this.timeout(10_000);
    const sockets: Socket[] = [];
    const server = createTcpServer((socket) => sockets.push(socket.on("error", () => {}).resume()));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const calls = createUnaryCalls({ url, method, timeoutMs: 50 });
    while (sockets.length < 2) await assert.rejects(call(calls));
    calls.close();
    for (const socket of sockets) if (!socket.closed) await once(socket, "close");
    server.close();
  });

  it("let calls end that are under way when the client is closed, and take no more", async () => {
    let asked: (stream: ServerHttp2Stream) => void = () => {};
    const arrived = new Promise<ServerHttp2Stream>((resolve) => {
      asked = resolve;
    });
    await using scene = await createScene((stream) => asked(stream));
    const underWay = call(scene.calls);
    const stream = await arrived;
    scene.calls.close();
    await assert.rejects(call(scene.calls), {
      message: "14 UNAVAILABLE: No connection established: the client was closed",
    });
    answer(stream, "late", ok);
    assert.equal(await underWay, "late");
    if (!scene.sessions[0]?.closed) await once(scene.sessions[0] as ServerHttp2Session, "close");
  });

  it("close the connection in time when the server does not", async () => {
    await using scene = await createScene(() => {}, 50);
    const underWay = call(scene.calls);
    await eventually(() => scene.sessions.length > 0);
    const gone = once(scene.sessions[0] as ServerHttp2Session, "close");
    scene.calls.close();
    await assert.rejects(underWay, /4 DEADLINE_EXCEEDED/);
    await gone;
  });
});
