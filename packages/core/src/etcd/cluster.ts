import type { IPolicy } from "cockatiel";
import { debug } from "../debug.js";
import { EtcdError } from "../errors.js";
import { isLeaseExists, isLeaseNotFound, toCallFailure } from "./errors.js";
import type { Endpoint } from "./etcd3-endpoint.js";
import type { CallOptions, EtcdPort } from "./port.js";

/**
 * A cluster as one port: calls stay with one member as long as it answers and move on when it does not; each
 * call runs under the policy. Refuses to go on when the cluster behind the endpoints is another one, or went
 * back to an earlier state (a restored snapshot): tokens given out before would not be comparable any more.
 * `onRetry` is told before a call is tried again, with the number of the attempt.
 */
export function createCluster(
  endpoints: readonly Endpoint[],
  policy: IPolicy,
  onRetry: (endpoint: string, attempt: number) => void = () => {},
): EtcdPort {
  // Cockatiel listens to the signal of each call. This one remembers nobody: with a thousand calls under way Node.js would
  // warn of a leak, and each listener that was removed goes on to refer to those that came after it.
  const neverAborted = Object.assign(new AbortController().signal, {
    addEventListener: () => {},
    removeEventListener: () => {},
  });
  let current = 0;
  let clusterId: string | undefined;
  let newestRevision = 0n;
  let refusal: EtcdError | undefined;
  let closed = false;

  const moveOnFrom = (endpoint: Endpoint): void => {
    if (endpoints[current] !== endpoint || endpoints.length === 1) return;
    current = (current + 1) % endpoints.length;
    debug("leaving %s for %s", endpoint.url, endpoints[current]?.url);
  };

  async function call<T>(
    ask: (endpoint: Endpoint) => Promise<T>,
    options: CallOptions = {},
  ): Promise<{ readonly answer: T; readonly repeated: boolean }> {
    /** Attempts that may have been applied, or may be yet: those that the policy stopped waiting for as well. */
    let unsettled = 0;
    let attempts = 0;
    const outcomeUnknown = (cause: Error): EtcdError =>
      new EtcdError("etcd_outcome_unknown", `${cause.message}; it may have been applied`, { cause });
    try {
      const answer = await policy.execute(async () => {
        if (refusal !== undefined) throw refusal;
        if (closed) throw new EtcdError("etcd_unavailable", "the connection was closed");
        const endpoint = endpoints[current] as Endpoint;
        if (unsettled > 0 && options.repeatable === false) {
          throw outcomeUnknown(new Error(`etcd at ${endpoint.url}: no answer in time`));
        }
        unsettled += 1;
        attempts += 1;
        if (attempts > 1) onRetry(endpoint.url, attempts);
        try {
          return await ask(endpoint);
        } catch (thrown) {
          const failure = toCallFailure(thrown, endpoint.url);
          if (failure.error.retryable) moveOnFrom(endpoint);
          if (!failure.ambiguous) unsettled -= 1;
          else if (options.repeatable === false) throw outcomeUnknown(failure.error);
          throw failure.error;
        }
      }, neverAborted);
      return { answer, repeated: unsettled > 1 };
    } catch (error) {
      if (error instanceof EtcdError) {
        const refused = !error.retryable && error.code !== "etcd_outcome_unknown";
        throw refused && unsettled > 0 ? outcomeUnknown(error) : error;
      }
      const cause = error instanceof Error ? error : new Error(String(error));
      if (unsettled > 0 && options.repeatable === false) throw outcomeUnknown(cause);
      const what = unsettled > 0 ? "etcd did not answer" : "etcd was not asked";
      throw new EtcdError("etcd_unavailable", `${what}: ${cause.message}`, { cause, retryable: true });
    }
  }

  const checkHistory = (answer: { clusterId: string; revision: bigint }, seenBefore: bigint): void => {
    clusterId ??= answer.clusterId;
    if (answer.clusterId !== clusterId) {
      refusal = new EtcdError("etcd_cluster_changed", `the endpoints lead to another cluster than before`);
    } else if (answer.revision < seenBefore) {
      const message = `etcd is at revision ${answer.revision} but was at ${seenBefore} before: restored from a snapshot?`;
      refusal = new EtcdError("etcd_cluster_changed", message);
    } else if (answer.revision > newestRevision) {
      newestRevision = answer.revision;
    }
    if (refusal !== undefined) throw refusal;
  };

  return {
    async txn(request, options) {
      if (request.success.length + (request.failure?.length ?? 0) === 0) {
        // etcd answers such a transaction from one member's memory, without asking a majority.
        throw new TypeError("Expected a transaction with at least one operation");
      }
      const seenBefore = newestRevision;
      const { answer, repeated } = await call((endpoint) => endpoint.txn(request), options);
      checkHistory(answer, seenBefore);
      return { ...answer, repeated };
    },
    async leaseGrant(id, ttlSeconds) {
      try {
        return (await call((endpoint) => endpoint.leaseGrant(id, ttlSeconds))).answer;
      } catch (error) {
        if (isLeaseExists(error)) return { ttlSeconds };
        throw error;
      }
    },
    async leaseRevoke(id) {
      try {
        await call((endpoint) => endpoint.leaseRevoke(id));
      } catch (error) {
        if (!isLeaseNotFound(error)) throw error;
      }
    },
    openKeepAlive(leaseId, handlers) {
      const endpoint = endpoints[current] as Endpoint;
      const stream = endpoint.openKeepAlive(leaseId, {
        onAnswer: handlers.onAnswer,
        onFailed(error) {
          moveOnFrom(endpoint);
          handlers.onFailed(error);
        },
      });
      return {
        ...stream,
        abandon() {
          moveOnFrom(endpoint);
          stream.abandon();
        },
      };
    },
    openWatch(handlers) {
      const endpoint = endpoints[current] as Endpoint;
      return endpoint.openWatch({
        ...handlers,
        onFailed(error) {
          moveOnFrom(endpoint);
          handlers.onFailed(error);
        },
      });
    },
    async version() {
      return (await call((endpoint) => endpoint.status())).answer.version;
    },
    close() {
      closed = true;
      for (const endpoint of endpoints) endpoint.close();
    },
  };
}
