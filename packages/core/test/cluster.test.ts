import assert from "node:assert/strict";
import { TimeoutStrategy, timeout } from "cockatiel";
import { type ErrorCode, FencelineError } from "../dist/errors.js";
import { createCallPolicy } from "../dist/etcd/call-policy.js";
import { createCluster } from "../dist/etcd/cluster.js";
import type { Endpoint } from "../dist/etcd/etcd3-endpoint.js";
import type { TxnRequest } from "../dist/etcd/port.js";

const request: TxnRequest = { compare: [], success: [{ type: "delete", key: "volumes/42" }] };
const done = { succeeded: true, revision: 5n, raftTerm: 1n, clusterId: "1", results: [] };

/** A member that never answers the first transaction, and counts what it was asked. */
function createSilentEndpoint(): { readonly endpoint: Endpoint; readonly asked: () => number } {
  let asked = 0;
  const endpoint = {
    url: "http://127.0.0.1:2379",
    txn() {
      asked += 1;
      return asked === 1 ? new Promise(() => {}) : Promise.resolve(done);
    },
  };
  return { endpoint: endpoint as unknown as Endpoint, asked: () => asked };
}

describe("createCluster", () => {
  // The policy's timers do not keep the process alive.
  let alive: NodeJS.Timeout;
  beforeEach(() => {
    alive = setInterval(() => {}, 1_000);
  });
  afterEach(() => clearInterval(alive));

  it("asks once what must not be repeated, also when the policy ran out of time first", async () => {
    const { endpoint, asked } = createSilentEndpoint();
    const cluster = createCluster([endpoint], createCallPolicy({ attemptTimeoutMs: 1 }));
    await assert.rejects(cluster.txn(request, { repeatable: false }), (error) =>
      FencelineError.is(error, "etcd_outcome_unknown"),
    );
    assert.equal(asked(), 1);
  });

  it("does not say that etcd was not asked when a policy without retries ran out of time", async () => {
    const { endpoint } = createSilentEndpoint();
    const cluster = createCluster([endpoint], timeout(1, TimeoutStrategy.Aggressive));
    await assert.rejects(cluster.txn(request, { repeatable: false }), (error) =>
      FencelineError.is(error, "etcd_outcome_unknown"),
    );
  });

  it("does not call refused what an earlier copy may have done", async () => {
    let asked = 0;
    const endpoint = {
      url: "http://127.0.0.1:2379",
      async txn() {
        asked += 1;
        throw new Error(
          asked === 1 ? "14 UNAVAILABLE: Connection dropped" : "7 PERMISSION_DENIED: permission denied",
        );
      },
    } as unknown as Endpoint;
    const cluster = createCluster([endpoint], createCallPolicy());
    const codeIs = (code: ErrorCode) => (error: unknown) => FencelineError.is(error, code);
    await assert.rejects(cluster.txn(request), codeIs("etcd_outcome_unknown"));
    await assert.rejects(cluster.txn(request), codeIs("etcd_auth"));
  });

  it("tells of an earlier copy that the policy stopped waiting for", async () => {
    const { endpoint } = createSilentEndpoint();
    const cluster = createCluster([endpoint], createCallPolicy({ attemptTimeoutMs: 1 }));
    assert.equal((await cluster.txn(request)).repeated, true);
    assert.equal((await cluster.txn(request)).repeated, false);
  });
});
