import { createGateway, fromBase64, type GatewayKeyValue, toBase64 } from "../etcd-gateway.js";
import { NAMESPACE } from "../messages.js";

/** Where the set stands: its elements, as JSON. */
export const SET_KEY: string = `${NAMESPACE}/set`;

/** A set that is read and written as a whole, by requests that know nothing of any lock. */
export interface SharedSet {
  /** As it is in etcd now. */
  read(): Promise<readonly string[]>;
  /** Asks one member, once: a request that is repeated could be applied late, and twice. */
  write(elements: readonly string[]): Promise<void>;
}

export function openSharedSet(endpoints: readonly string[]): SharedSet {
  const gateway = createGateway(endpoints);
  const key = toBase64(SET_KEY);
  let member = 0;
  return {
    async read() {
      const { kvs = [] } = await gateway.call<{ kvs?: GatewayKeyValue[] }>("kv/range", { key });
      return kvs.flatMap(({ value }) => JSON.parse(fromBase64(value)));
    },
    async write(elements) {
      try {
        await gateway.callMember(member, "kv/put", { key, value: toBase64(JSON.stringify(elements)) });
      } catch (error) {
        member = (member + 1) % endpoints.length;
        throw error;
      }
    },
  };
}
