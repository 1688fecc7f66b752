import { debug } from "../debug.js";
import { createDetached } from "../detached.js";
import type { Credentials } from "./credentials.js";
import { isTokenRefused } from "./errors.js";
import type { Endpoint } from "./etcd3-endpoint.js";

export interface RenewingEndpointOptions {
  readonly url: string;
  /** Reads certificates and keys; those that are files anew each time. Without TLS: `undefined`. */
  readonly read: () => Credentials | undefined;
  /** @param generation how many clients were opened before: each is to make a connection of its own */
  readonly open: (credentials: Credentials | undefined, generation: number) => Endpoint;
}

/**
 * An endpoint that opens its client anew when something fails for which a new one may be the remedy: its certificate's
 * files have changed; etcd refuses the token of its user, which the client below notices for calls but not for streams;
 * or there is no answer in time, as over a connection that a firewall has forgotten, where the client below would go on
 * for seven seconds. That is tried only over a connection that has answered before: a member that stands still answers
 * no new one either, and each would stay open. Streams that are open go on over the connection that they have.
 */
export function createRenewingEndpoint({ url, read, open }: RenewingEndpointOptions): Endpoint {
  const detached = createDetached();
  let credentials = read();
  let generation = 0;
  /** Whether the present client has had an answer. */
  let hasAnswered = false;
  let endpoint = open(credentials, generation);
  let closed = false;

  const renewAfter = (failure: unknown): void => {
    if (closed) return;
    try {
      const latest = read();
      const isOutdated = !isSame(latest, credentials) || isTokenRefused(failure);
      if (!isOutdated && !(hasAnswered && isSilence(failure))) return;
      const renewed = detached(() => open(latest, generation + 1));
      generation += 1;
      hasAnswered = false;
      endpoint.close();
      endpoint = renewed;
      credentials = latest;
      debug("%s: connecting anew after %s", url, failure);
    } catch (error) {
      // In the middle of a rotation the certificate may not fit the key yet: the next failure looks again.
      debug("%s: going on with the certificate as it was: %s", url, error);
    }
  };
  const ask = async <T>(call: (endpoint: Endpoint) => Promise<T>): Promise<T> => {
    const asked = endpoint;
    try {
      const answer = await call(asked);
      if (asked === endpoint) hasAnswered = true;
      return answer;
    } catch (error) {
      if (asked === endpoint) renewAfter(error);
      throw error;
    }
  };
  const renewing = <Handlers extends { readonly onFailed: (error: Error) => void }>(
    handlers: Handlers,
  ): Handlers => {
    const asked = endpoint;
    return {
      ...handlers,
      onFailed(error: Error) {
        if (asked === endpoint) renewAfter(error);
        handlers.onFailed(error);
      },
    };
  };

  return {
    url,
    txn: (request) => ask((to) => to.txn(request)),
    leaseGrant: (id, ttlSeconds) => ask((to) => to.leaseGrant(id, ttlSeconds)),
    leaseRevoke: (id) => ask((to) => to.leaseRevoke(id)),
    openKeepAlive(leaseId, handlers) {
      const asked = endpoint;
      const stream = asked.openKeepAlive(leaseId, renewing(handlers));
      return {
        ...stream,
        abandon() {
          stream.abandon();
          if (asked === endpoint) renewAfter(new Error("4 DEADLINE_EXCEEDED: no answer to a renewal"));
        },
      };
    },
    openWatch: (handlers) => endpoint.openWatch(renewing(handlers)),
    status: () => ask((to) => to.status()),
    close() {
      closed = true;
      endpoint.close();
    },
  };
}

function isSame(a: Credentials | undefined, b: Credentials | undefined): boolean {
  return (["ca", "cert", "key"] as const).every(
    (part) => (a?.[part] ?? "").toString() === (b?.[part] ?? "").toString(),
  );
}

function isSilence(failure: unknown): boolean {
  return failure instanceof Error && /\b4 DEADLINE_EXCEEDED\b/.test(failure.message);
}
