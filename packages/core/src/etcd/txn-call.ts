import { type Etcd3, EtcdInvalidAuthTokenError } from "etcd3";
import type { TxnRequest } from "./port.js";
import { decodeTxnResponse, encodeTxnRequest, type TxnAnswer } from "./txn-codec.js";

/** What is used of grpc-js and of etcd3's connections, which etcd3 keeps to itself. */
interface Connections {
  withConnection<T>(
    service: "KV",
    call: (connection: { readonly client: GrpcClient; readonly metadata: object }) => Promise<T>,
  ): Promise<T>;
}

interface GrpcClient {
  makeUnaryRequest<Request, Response>(
    path: string,
    serialize: (request: Request) => Buffer,
    deserialize: (bytes: Buffer) => Response,
    request: Request,
    metadata: object,
    options: { readonly deadline: number },
    callback: (error: Error | null, response?: Response) => void,
  ): void;
}

/**
 * Transactions over the connection, and with the user's token, of an etcd3 client, without what it puts around a
 * call: it turns each message into objects of its own and back, with numbers as text. For a transaction that carries
 * a hundred others that is most of what the whole costs.
 */
export function createTxnCall(
  client: Etcd3,
  attemptTimeoutMs: number,
): (request: TxnRequest) => Promise<TxnAnswer> {
  const { client: connections } = client.kv as unknown as { readonly client: Connections };

  const call = (request: TxnRequest): Promise<TxnAnswer> =>
    connections.withConnection(
      "KV",
      (connection) =>
        new Promise((resolve, reject) => {
          connection.client.makeUnaryRequest(
            "/etcdserverpb.KV/Txn",
            encodeTxnRequest,
            decodeTxnResponse,
            request,
            connection.metadata,
            { deadline: Date.now() + attemptTimeoutMs },
            (error, answer) => (error === null ? resolve(answer as TxnAnswer) : reject(error)),
          );
        }),
    );

  return async (request) => {
    try {
      return await call(request);
    } catch (error) {
      if (!(error instanceof EtcdInvalidAuthTokenError)) throw error;
      // A call of its own makes the client ask for a new token.
      await client.kv
        .range({ key: Buffer.from([0]), serializable: true, limit: 1, count_only: true })
        .catch(() => {});
      return call(request);
    }
  };
}
