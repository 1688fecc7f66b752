import type { Coordinator } from "@fenceline/core";
import type { EtcdCluster } from "@fenceline/testing";
import { base64 } from "../support/member-api.js";

/** The truth about a lock that no client can fake: what each member says when it has deleted the holder's entry. */
export interface DeletionWatch extends Disposable {
  /** When the first member said so, on the clock of `performance.now()`. */
  readonly seen: Promise<number>;
}

/** Watches the entry with which a coordinator stands in a lock's queue, at all members, past all proxies. */
export async function watchDeletion(
  etcd: EtcdCluster,
  coordinator: Coordinator,
  name: string,
): Promise<DeletionWatch> {
  const key = `fenceline/locks/${name}/${leaseOf(coordinator).toString(16)}`;
  const ending = new AbortController();
  const members = await Promise.all(etcd.endpoints.map((endpoint) => watch(endpoint, key, ending.signal)));
  return {
    seen: Promise.race(members.map(({ seen }) => seen)),
    [Symbol.dispose]: () => ending.abort(),
  };
}

/** Resolves to when the member says that the key is deleted; never, if it goes down before. */
async function watch(
  endpoint: string,
  key: string,
  signal: AbortSignal,
): Promise<{ readonly seen: Promise<number> }> {
  const body = JSON.stringify({ create_request: { key: base64(key) } });
  const { body: answers } = await fetch(`${endpoint}/v3/watch`, { method: "POST", body, signal });
  return new Promise((resolve) => {
    let tellSeen: (ms: number) => void = () => {};
    const seen = new Promise<number>((tell) => {
      tellSeen = tell;
    });
    const read = async (): Promise<void> => {
      let text = "";
      for await (const chunk of answers ?? []) {
        text += Buffer.from(chunk).toString();
        // The first answer says that the key is watched from now on.
        resolve({ seen });
        if (text.includes('"DELETE"')) tellSeen(performance.now());
      }
    };
    read().catch(() => {}); // the member went down, or nobody asks any more
  });
}

export function leaseOf({ sessionState }: Coordinator): bigint {
  if (!("leaseId" in sessionState)) throw new Error(`no session: ${sessionState.status}`);
  return sessionState.leaseId;
}
