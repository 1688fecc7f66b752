import { noop } from "cockatiel";
import { Etcd3, type IOptions } from "etcd3";
import type { Credentials } from "./credentials.js";
import type { KeepAliveHandlers, KeepAliveStream, TxnRequest, WatchHandlers, WatchStream } from "./port.js";
import { createTxnCall } from "./txn-call.js";
import type { TxnAnswer } from "./txn-codec.js";
import { createUnaryCalls } from "./unary-calls.js";
import { unrefSocketsTo } from "./unref-sockets.js";

/** One member of the cluster, through a client of its own. Errors are passed on as the client throws them. */
export interface Endpoint {
  readonly url: string;
  txn(request: TxnRequest): Promise<TxnAnswer>;
  leaseGrant(id: bigint, ttlSeconds: number): Promise<{ readonly ttlSeconds: number }>;
  leaseRevoke(id: bigint): Promise<void>;
  openKeepAlive(leaseId: bigint, handlers: KeepAliveHandlers): KeepAliveStream;
  openWatch(handlers: WatchHandlers): WatchStream;
  status(): Promise<{ readonly version: string; readonly hasLeader: boolean }>;
  close(): void;
}

export interface EndpointOptions {
  readonly url: string;
  readonly attemptTimeoutMs: number;
  readonly credentials?: Credentials | undefined;
  readonly serverName?: string | undefined;
  /** Clients of the same endpoint share a connection unless this tells them apart. Default: 0. */
  readonly generation?: number | undefined;
  readonly auth?: { readonly username: string; readonly password: string } | undefined;
}

/**
 * The npm client `etcd3` behind our own interface, but for transactions, which have a connection of their own. Only its
 * raw service clients are used, with its fault handling off: its default policies shut the client for seconds after one
 * slow call, repeat writes, and its lease, lock and watch helpers notice a loss late or not at all.
 */
export function createEtcd3Endpoint(options: EndpointOptions): Endpoint {
  const sockets = unrefSocketsTo(options.url);
  const client = new Etcd3({
    hosts: options.url,
    faultHandling: { host: () => noop, global: noop },
    defaultCallOptions: (context) =>
      context.isStream ? {} : { deadline: Date.now() + options.attemptTimeoutMs },
    grpcOptions: {
      // etcd refuses pings less than 5 s apart, and on connections without a stream or a call.
      "grpc.keepalive_time_ms": 5000,
      "grpc.keepalive_timeout_ms": 2000,
      "grpc.initial_reconnect_backoff_ms": 50,
      "grpc.min_reconnect_backoff_ms": 50,
      "grpc.max_reconnect_backoff_ms": 500,
      "grpc.max_receive_message_length": -1,
      // Like the connection for transactions, which knows no proxy.
      "grpc.enable_http_proxy": 0,
      // No option of gRPC: it shares connections between clients whose options are all the same.
      "fenceline.generation": options.generation ?? 0,
      ...(options.serverName === undefined
        ? {}
        : {
            "grpc.ssl_target_name_override": options.serverName,
            "grpc.default_authority": options.serverName,
          }),
    },
    ...(options.credentials === undefined ? {} : { credentials: toEtcd3Credentials(options.credentials) }),
    ...(options.auth === undefined ? {} : { auth: { ...options.auth } }),
  });
  const calls = createUnaryCalls({
    ...options,
    method: "/etcdserverpb.KV/Txn",
    timeoutMs: options.attemptTimeoutMs,
  });

  return {
    url: options.url,
    txn: createTxnCall(calls, client, options.auth !== undefined),
    async leaseGrant(id, ttlSeconds) {
      // A session begins with this, and goes on with a transaction.
      calls.prepare();
      const response = await client.leaseClient.leaseGrant({ ID: id.toString(), TTL: ttlSeconds });
      return { ttlSeconds: Number(response.TTL) };
    },
    async leaseRevoke(id) {
      await client.leaseClient.leaseRevoke({ ID: id.toString() });
    },
    openKeepAlive(leaseId, handlers) {
      const stream = openStream(
        client.leaseClient.leaseKeepAlive(),
        (answer: { TTL: string; header: { raft_term: string } }) =>
          handlers.onAnswer({ ttlSeconds: Number(answer.TTL), raftTerm: BigInt(answer.header.raft_term) }),
        handlers.onFailed,
      );
      return {
        send: () => stream.write({ ID: leaseId.toString() }),
        abandon: stream.close,
        close: stream.close,
      };
    },
    openWatch(handlers) {
      const stream = openStream(
        client.watchClient.watch({ interceptors: [requireLeader] }),
        (answer: WatchAnswer) => {
          const watchId = Number(answer.watch_id);
          if (answer.canceled) handlers.onCanceled(watchId);
          else if (answer.created) handlers.onCreated(watchId, BigInt(answer.header.revision));
          for (const { type, kv } of answer.events) {
            if (type === "Delete") handlers.onDeleted(watchId, BigInt(kv.mod_revision));
          }
        },
        handlers.onFailed,
      );
      return {
        create: (watchId, key) =>
          stream.write({ create_request: { key: Buffer.from(key), watch_id: watchId, filters: ["Noput"] } }),
        cancel: (watchId) => stream.write({ cancel_request: { watch_id: watchId } }),
        close: stream.close,
      };
    },
    async status() {
      const status = await client.maintenance.status();
      return { version: status.version, hasLeader: BigInt(status.leader) !== 0n };
    },
    close() {
      client.close();
      calls.close();
      sockets[Symbol.dispose]();
    },
  };
}

/** Without a CA etcd3 and gRPC trust those of Node.js, which the types of etcd3 do not foresee. */
function toEtcd3Credentials({ ca, cert, key }: Credentials): NonNullable<IOptions["credentials"]> {
  return {
    rootCertificate: (ca ?? null) as Buffer,
    ...(cert === undefined ? {} : { certChain: cert }),
    ...(key === undefined ? {} : { privateKey: key }),
  };
}

interface WatchAnswer {
  readonly watch_id: string;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly header: { readonly revision: string };
  readonly events: readonly { readonly type: string; readonly kv: { readonly mod_revision: string } }[];
}

/** The part of a gRPC duplex stream that is used here; the client types it even more thinly. */
interface RawStream {
  on(event: "data", listener: (message: never) => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  on(event: "end", listener: () => void): this;
  write(message: object): void;
  end(): void;
  cancel(): void;
}

/** A stream that can be written to before it is open, and that ends once. */
function openStream<Message>(
  opening: Promise<unknown>,
  onMessage: (message: Message) => void,
  onFailed: (error: Error) => void,
): { write(message: object): void; close(): void } {
  let state: { is: "opening"; queued: object[] } | { is: "open"; raw: RawStream } | { is: "over" } = {
    is: "opening",
    queued: [],
  };
  const fail = (error: Error): void => {
    if (state.is === "over") return;
    state = { is: "over" };
    onFailed(error);
  };
  opening.then((stream) => {
    const raw = stream as RawStream;
    // A stream without an error listener would take the process down, also after it was closed.
    raw.on("error", fail);
    if (state.is !== "opening") {
      raw.cancel();
      return;
    }
    const { queued } = state;
    state = { is: "open", raw };
    raw.on("data", (message) => {
      if (state.is === "open") onMessage(message);
    });
    raw.on("end", () => fail(new Error("etcd ended the stream")));
    for (const message of queued) raw.write(message);
  }, fail);
  return {
    write(message) {
      if (state.is === "opening") state.queued.push(message);
      else if (state.is === "open") state.raw.write(message);
    },
    close() {
      const closing = state;
      state = { is: "over" };
      if (closing.is === "open") {
        closing.raw.end();
        closing.raw.cancel();
      }
    },
  };
}

type Interceptor = NonNullable<NonNullable<Parameters<Etcd3["watchClient"]["watch"]>[0]>["interceptors"]>[0];

/** Makes a member without a leader end the stream instead of keeping it open in silence. */
const requireLeader: Interceptor = (options, nextCall) => {
  const call = nextCall(options);
  const start = call.start.bind(call);
  call.start = (metadata, listener) => {
    metadata.set("hasleader", "true");
    start(metadata, listener as never);
  };
  return call as never;
};
