import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from "node:http2";
import { connect as connectTcp } from "node:net";
import { createDetached } from "../detached.js";
import type { Credentials } from "./credentials.js";
import { addressOf, connectTls } from "./endpoint-socket.js";
import { GrpcError, GrpcStatus } from "./grpc-status.js";

export interface UnaryCallsOptions {
  readonly url: string;
  /** What is called, "/package.Service/Method". */
  readonly method: string;
  /** For `https:`; without a CA those of Node.js are trusted. */
  readonly credentials?: Credentials | undefined;
  /** The name that the server's certificate must be for, instead of the host's. */
  readonly serverName?: string | undefined;
  /** How long a call may take, with the making of a connection, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Calls of one method of gRPC with one request and one answer, over one connection of `node:http2`, which the first call
 * makes: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. For calls that come by the thousand: what grpc-js
 * puts around each costs more than the call itself.
 *
 * There are no pings, which etcd refuses on a connection without streams: a call that nobody answers ends with its time.
 */
export interface UnaryCalls {
  /** Makes the connection that calls are going to need, if there is none. Never fails: the calls do. */
  prepare(): void;
  /** Rejects with `GrpcError`, in time. */
  call<Answer>(message: Buffer, decode: (answer: Buffer) => Answer, token?: string): Promise<Answer>;
  /** Calls that are under way go on. */
  close(): void;
}

export function createUnaryCalls(options: UnaryCallsOptions): UnaryCalls {
  const { url, method, serverName, timeoutMs } = options;
  const headers = {
    ":method": "POST",
    ":path": method,
    ":authority": serverName ?? new URL(url).host,
    "content-type": "application/grpc",
    te: "trailers",
    "grpc-timeout": `${Math.ceil(timeoutMs)}m`,
  };
  const detached = createDetached();
  let line: Line | undefined;
  let closed = false;

  /** The connection, or a new one where there is none or it takes no more calls. */
  const currentLine = (): Line => {
    if (line === undefined || line.session.closed || line.session.destroyed) {
      line = detached(() => openLine(options));
    }
    return line;
  };

  return {
    prepare() {
      if (!closed) currentLine();
    },
    async call(message, decode, token) {
      if (closed) throw notConnected("the client was closed");
      const asked = currentLine();
      let leftMs = timeoutMs;
      if (asked.session.connecting) {
        const since = performance.now();
        await inTime(asked.opening, timeoutMs);
        leftMs -= performance.now() - since;
      }
      const stream = openStream(asked.session, token === undefined ? headers : { ...headers, token });
      let answer: Buffer;
      try {
        answer = await ask(stream, message, leftMs);
      } catch (error) {
        // Whatever it was, as that its numbers for streams are used up: the next call has a new one.
        if (error instanceof LineError) asked.end();
        throw error;
      }
      try {
        return decode(unframed(answer));
      } catch (cause) {
        throw new GrpcError(GrpcStatus.INTERNAL, `an answer that cannot be read: ${cause}`, { cause });
      }
    },
    close() {
      closed = true;
      line?.end();
    },
  };
}

/** A connection that was made, or is being made. */
interface Line {
  readonly session: ClientHttp2Session;
  /** Rejects with `GrpcError`. */
  readonly opening: Promise<void>;
  end(): void;
}

/** How long a connection may take until the server has spoken, in milliseconds. */
const OPENING_MS = 3_000;

function openLine(options: UnaryCallsOptions): Line {
  const { url, credentials, serverName, timeoutMs } = options;
  const isSecure = url.startsWith("https:");
  const socket = isSecure ? connectTls(url, credentials, serverName) : connectTcp(addressOf(url));
  // What holds the process are the time limits of calls. Each address that is tried has a handle of its own.
  socket.unref();
  socket.on("connectionAttempt", () => socket.unref());
  // The session tells of its errors as long as there is one.
  socket.on("error", () => {});
  socket.setKeepAlive(true, 5_000);
  const session = connect(url, { createConnection: () => socket, settings: { enablePush: false } });
  // A socket that cannot get rid of its last bytes would stay for a quarter of an hour.
  const destroy = (): void => {
    session.destroy();
    socket.destroy();
  };
  const tooLong = setTimeout(destroy, OPENING_MS).unref();
  session.once("remoteSettings", () => clearTimeout(tooLong));
  const opening = new Promise<void>((resolve, reject) => {
    const fail = (error?: Error): void => {
      clearTimeout(tooLong);
      reject(notConnected(describe(error), error));
    };
    session.once("connect", () => resolve());
    session.on("error", fail);
    session.once("close", fail);
  });
  opening.catch(() => {});
  return {
    session,
    opening,
    end() {
      session.close();
      setTimeout(destroy, timeoutMs).unref();
    },
  };
}

/** Of a host with several addresses Node.js tells each one's error, and nothing of its own. */
function describe(error: Error | undefined): string {
  if (error === undefined) return "the connection was closed";
  const errors: readonly Error[] = error instanceof AggregateError ? error.errors : [error];
  return errors.map(({ message }) => message).join(", ");
}

async function inTime(opening: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(notConnected(`not within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([opening, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Nothing was sent. */
function notConnected(why: string, cause?: unknown): GrpcError {
  return new GrpcError(GrpcStatus.UNAVAILABLE, `No connection established: ${why}`, { cause });
}

function openStream(session: ClientHttp2Session, headers: OutgoingHttpHeaders): ClientHttp2Stream {
  try {
    return session.request(headers);
  } catch (error) {
    throw notConnected(String(error), error);
  }
}

/** Sends a message, and takes the one that comes back. */
function ask(stream: ClientHttp2Stream, message: Buffer, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let head: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
    let trailers: IncomingHttpHeaders | undefined;
    const timer = setTimeout(() => {
      reject(new GrpcError(GrpcStatus.DEADLINE_EXCEEDED, "no answer in time"));
      stream.close(constants.NGHTTP2_CANCEL);
    }, timeoutMs);
    const end = (error?: Error): void => {
      clearTimeout(timer);
      const failure = error === undefined ? failureIn(head, trailers ?? head) : lineError(stream, error);
      if (failure === undefined) resolve(Buffer.concat(chunks));
      else reject(failure);
    };
    stream.on("response", (headers) => {
      head = headers;
    });
    stream.on("trailers", (headers: IncomingHttpHeaders) => {
      trailers = headers;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.once("end", end);
    stream.on("error", end);
    stream.once("close", end);
    stream.end(framed(message));
  });
}

/** The connection is to blame: it takes no more calls. */
class LineError extends GrpcError {
  constructor(why: string, cause?: unknown) {
    super(GrpcStatus.UNAVAILABLE, why, { cause });
  }
}

/** A stream that the server has refused was not looked at (RFC 9113, 8.7); otherwise it may have done what it was asked. */
function lineError({ rstCode }: ClientHttp2Stream, cause: Error): LineError {
  return rstCode === constants.NGHTTP2_REFUSED_STREAM
    ? new LineError("No connection established: the server takes no more calls on this one", cause)
    : new LineError(`Connection dropped: ${cause.message}`, cause);
}

/** @param end the trailers, or the headers where nothing follows them */
function failureIn(
  head: IncomingHttpHeaders & IncomingHttpStatusHeader,
  end: IncomingHttpHeaders,
): GrpcError | undefined {
  const status = end["grpc-status"];
  if (status === "0") return undefined;
  if (status !== undefined) return new GrpcError(Number(status), decoded(String(end["grpc-message"] ?? "")));
  const httpStatus = head[":status"];
  if (httpStatus === undefined || httpStatus === 200)
    return new LineError("Connection dropped: the answer is not complete");
  return new GrpcError(GrpcStatus.UNKNOWN, `HTTP status ${httpStatus} instead of an answer of gRPC`);
}

/** https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md: text is percent-encoded, and shown as it is if badly so. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A byte that tells of compression, which there is none of, and four of length. */
const PREFIX_LENGTH = 5;

function framed(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_LENGTH + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  message.copy(frame, PREFIX_LENGTH);
  return frame;
}

function unframed(frame: Buffer): Buffer {
  if (
    frame.length < PREFIX_LENGTH ||
    frame[0] !== 0 ||
    frame.readUInt32BE(1) !== frame.length - PREFIX_LENGTH
  ) {
    throw new RangeError("Expected one message that is not compressed");
  }
  return frame.subarray(PREFIX_LENGTH);
}
