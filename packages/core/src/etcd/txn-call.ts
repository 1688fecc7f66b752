import type { Etcd3 } from "etcd3";
import { isTokenRefused } from "./errors.js";
import type { TxnRequest } from "./port.js";
import { decodeTxnResponse, encodeTxnRequest, type TxnAnswer } from "./txn-codec.js";
import type { UnaryCalls } from "./unary-calls.js";

/** What is used of the connections of etcd3, which it keeps to itself. */
interface Connections {
  withConnection<T>(
    service: "KV",
    call: (connection: { readonly metadata: { get(name: string): readonly unknown[] } }) => Promise<T>,
  ): Promise<T>;
}

/**
 * Transactions over a connection of their own, with the token that an etcd3 client has for its user. etcd3 itself turns
 * each message into objects of its own and back, with numbers as text: for a transaction that carries a hundred others
 * that is most of what the whole costs.
 */
export function createTxnCall(
  calls: UnaryCalls,
  client: Etcd3,
  withUser: boolean,
): (request: TxnRequest) => Promise<TxnAnswer> {
  let token: string | undefined;

  const call = (request: TxnRequest): Promise<TxnAnswer> =>
    calls.call(encodeTxnRequest(request), decodeTxnResponse, token);

  if (!withUser) return call;
  return async (request) => {
    token ??= await tokenOf(client);
    try {
      return await call(request);
    } catch (error) {
      if (!isTokenRefused(error)) throw error;
      token = undefined;
      // A call of its own makes the client ask for a new token.
      await client.kv
        .range({ key: Buffer.from([0]), serializable: true, limit: 1, count_only: true })
        .catch(() => {});
      token = await tokenOf(client);
      return call(request);
    }
  };
}

/** Asks etcd for one if the client has none. */
function tokenOf(client: Etcd3): Promise<string> {
  const { client: connections } = client.kv as unknown as { readonly client: Connections };
  return connections.withConnection("KV", async ({ metadata }) => String(metadata.get("token")[0]));
}
