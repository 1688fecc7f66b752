import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";

/** A proxy in front of one etcd that tells calls apart, so that the answer to a chosen one can be lost. */
export interface RpcProxy extends AsyncDisposable {
  readonly endpoint: string;
  /**
   * Loses the answer to the next call of a method, of which the request contains `text`; of a stream, the next
   * message. Resolves when etcd has answered: what was asked for has been done, and nobody hears of it.
   */
  loseAnswer(method: string, text?: string): Promise<LostAnswer>;
  /** Resolves when so many calls of a method with `text` in their request were answered, from the beginning on. */
  untilAnswered(method: string, text: string, count: number): Promise<void>;
}

export interface LostAnswer {
  /** Delivers a late copy of the request. Resolves when etcd has answered that too. */
  repeat(): Promise<void>;
}

interface Loss {
  readonly method: string;
  readonly text: string;
  readonly lost: (answer: LostAnswer) => void;
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Absent where the headers were all. */
  readonly trailers?: IncomingHttpHeaders | undefined;
}

const STREAMS: ReadonlySet<string> = new Set(["LeaseKeepAlive", "Watch"]);

export async function startRpcProxy(target: string): Promise<RpcProxy> {
  const upstream: ClientHttp2Session = connect(target);
  const losses: Loss[] = [];
  const answered: { readonly method: string; readonly request: Buffer }[] = [];
  const listeners = new Set<() => void>();
  const sessions = new Set<ServerHttp2Session>();

  const takeLoss = (method: string, request?: Buffer): Loss | undefined => {
    const index = losses.findIndex(
      (loss) => loss.method === method && (request === undefined || request.includes(loss.text)),
    );
    return index < 0 ? undefined : losses.splice(index, 1)[0];
  };

  const forwardCall = async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> => {
    const method = methodOf(headers);
    const request = await readAll(stream);
    const loss = takeLoss(method, request);
    const ask = (): Promise<Answer> => askOnce(upstream, headers, request);
    const answer = await ask();
    answered.push({ method, request });
    for (const listener of listeners) listener();
    if (loss === undefined) reply(stream, answer);
    else loss.lost({ repeat: async () => void (await ask()) });
  };

  const forwardStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => {
    const method = methodOf(headers);
    const call = upstream.request(headers);
    stream.pipe(call);
    call.on("response", (answer) => stream.respond(answer));
    call.on("data", (message) => {
      const loss = takeLoss(method);
      if (loss === undefined) stream.write(message);
      else loss.lost({ repeat: async () => {} });
    });
    call.on("error", () => stream.close());
    call.on("close", () => stream.close());
    stream.on("close", () => call.close());
  };

  const server = createServer();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {}); // the client gave the call up
    if (STREAMS.has(methodOf(headers))) forwardStream(stream, headers);
    else void forwardCall(stream, headers).catch(() => stream.close());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: `http://127.0.0.1:${port}`,
    loseAnswer: (method, text = "") => new Promise((lost) => losses.push({ method, text, lost })),
    untilAnswered(method, text, count) {
      const isReached = (): boolean =>
        answered.filter((call) => call.method === method && call.request.includes(text)).length >= count;
      if (isReached()) return Promise.resolve();
      return new Promise((resolve) => {
        const look = (): void => {
          if (!isReached()) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
      });
    },
    async [Symbol.asyncDispose]() {
      upstream.destroy();
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function methodOf(headers: IncomingHttpHeaders): string {
  return headers[":path"]?.split("/").at(-1) ?? "";
}

function askOnce(
  upstream: ClientHttp2Session,
  headers: IncomingHttpHeaders,
  request: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call: ClientHttp2Stream = upstream.request(headers);
    let found: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders | undefined;
    call.on("response", (answer) => {
      found = answer;
    });
    call.on("trailers", (answer) => {
      trailers = answer;
    });
    call.on("error", reject);
    readAll(call).then((body) => resolve({ headers: found, body, trailers }), reject);
    call.end(request);
  });
}

function reply(stream: ServerHttp2Stream, { headers, body, trailers }: Answer): void {
  if (stream.destroyed) return;
  if (trailers === undefined) {
    stream.respond(headers, { endStream: true });
    return;
  }
  stream.respond(headers, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  stream.end(body);
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
