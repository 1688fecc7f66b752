import { randomBytes } from "node:crypto";

/**
 * A lock as Cinder takes it through tooz's etcd3gw driver: the very requests that it sends to etcd's JSON gateway,
 * once each instead of each second.
 */
export interface ToozGateway {
  /** @returns the key's value, or `undefined` if the lock is taken */
  tryAcquire(name: string): Promise<Buffer | undefined>;
  /** @returns whether the lock was still held with this value */
  release(name: string, value: Buffer): Promise<boolean>;
}

export function createToozGateway(endpoint: string): ToozGateway {
  const call = async <T>(method: string, body: object): Promise<T> => {
    const response = await fetch(`${endpoint}/v3/${method}`, { method: "POST", body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const keyOf = (name: string): string => Buffer.from(`/tooz/lockscinder-${name}`).toString("base64");
  return {
    async tryAcquire(name) {
      const key = keyOf(name);
      const value = randomBytes(16);
      const lease = await call<{ readonly ID: string }>("lease/grant", { TTL: 30, ID: 0 });
      const answer = await call<{ readonly succeeded?: boolean }>("kv/txn", {
        compare: [{ key, result: "EQUAL", target: "CREATE", create_revision: 0 }],
        success: [{ request_put: { key, value: value.toString("base64"), lease: lease.ID } }],
        failure: [{ request_range: { key } }],
      });
      return answer.succeeded ? value : undefined;
    },
    async release(name, value) {
      const key = keyOf(name);
      const answer = await call<{ readonly succeeded?: boolean }>("kv/txn", {
        compare: [{ key, result: "EQUAL", target: "VALUE", value: value.toString("base64") }],
        success: [{ request_delete_range: { key } }],
      });
      return answer.succeeded === true;
    },
  };
}
