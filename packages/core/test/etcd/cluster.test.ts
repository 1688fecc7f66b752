import assert from "node:assert/strict";
import { noop, TimeoutStrategy, timeout } from "cockatiel";
import { createCallPolicy } from "../../dist/etcd/call-policy.js";
import { createCluster } from "../../dist/etcd/cluster.js";
import type { Endpoint } from "../../dist/etcd/etcd3-endpoint.js";
import type { TxnRequest } from "../../dist/etcd/port.js";

const request: TxnRequest = { compare: [], success: [{ type: "put", key: "k", value: "v" }] };

/** A member that answers, or fails as etcd3 tells it. */
function member(url: string, behave: { fail?: string; revision?: bigint; clusterId?: string } = {}) {
  const state = { asked: 0, ...behave };
  const endpoint: Partial<Endpoint> = {
    url,
    async txn() {
      state.asked += 1;
      if (state.fail !== undefined) throw new Error(state.fail);
      return {
        succeeded: true,
        revision: state.revision ?? 1n,
        raftTerm: 1n,
        clusterId: state.clusterId ?? "1",
        results: [],
      };
    },
  };
  return { state, endpoint: endpoint as Endpoint };
}

const policy = () => createCallPolicy({ retries: 3, maxPauseMs: 20 });
const UNAVAILABLE = "14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED";
const LOST = "4 DEADLINE_EXCEEDED: Deadline exceeded after 1.0s";

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

describe("a cluster", () => {
  it("stays with one member as long as it answers", async () => {
    const [a, b] = [member("a"), member("b")];
    const cluster = createCluster([a.endpoint, b.endpoint], policy());
    for (let i = 0; i < 5; i += 1) await cluster.txn(request);
    assert.deepEqual([a.state.asked, b.state.asked], [5, 0]);
  });

  it("moves on from a member that does not answer, and stays with the next", async () => {
    const [a, b] = [member("a", { fail: UNAVAILABLE }), member("b")];
    const cluster = createCluster([a.endpoint, b.endpoint], policy());
    await cluster.txn(request);
    await cluster.txn(request);
    assert.deepEqual([a.state.asked, b.state.asked], [1, 2]);
  });

  it("tells of each repetition, with the member that is asked and the number of the attempt", async () => {
    const [a, b] = [member("a", { fail: UNAVAILABLE }), member("b")];
    const told: unknown[] = [];
    const cluster = createCluster([a.endpoint, b.endpoint], policy(), (...repetition) =>
      told.push(repetition),
    );
    await cluster.txn(request);
    await cluster.txn(request);
    assert.deepEqual(told, [["b", 2]]);
  });

  it("tells of its circuit breaker's states", async () => {
    const a = member("a", { fail: UNAVAILABLE });
    const states: string[] = [];
    const breaking = createCallPolicy({
      retries: 0,
      breakAfter: 1,
      breakMs: 5,
      onBreakerState: (state) => states.push(state),
    });
    const cluster = createCluster([a.endpoint], breaking);
    await assert.rejects(cluster.txn(request));
    delete a.state.fail;
    await new Promise((resolve) => setTimeout(resolve, 20));
    await cluster.txn(request);
    assert.deepEqual(states, ["open", "half-open", "closed"]);
  });

  it("tells of a call that may still be applied by an attempt without an answer", async () => {
    const lost = member("a", { fail: LOST });
    const refused = member("a", { fail: UNAVAILABLE });
    const ok = member("b");
    assert.equal((await createCluster([lost.endpoint, ok.endpoint], policy()).txn(request)).repeated, true);
    assert.equal(
      (await createCluster([refused.endpoint, ok.endpoint], policy()).txn(request)).repeated,
      false,
    );
  });

  it("tries a call that must not be repeated once when the answer is lost", async () => {
    const [a, b] = [member("a", { fail: LOST }), member("b")];
    const cluster = createCluster([a.endpoint, b.endpoint], policy());
    await assert.rejects(cluster.txn(request, { repeatable: false }), { code: "etcd_outcome_unknown" });
    assert.equal(a.state.asked + b.state.asked, 1);
  });

  it("repeats such a call when it was not even sent", async () => {
    const [a, b] = [member("a", { fail: UNAVAILABLE }), member("b")];
    await createCluster([a.endpoint, b.endpoint], policy()).txn(request, { repeatable: false });
    assert.equal(b.state.asked, 1);
  });

  it("gives up in the end, with an error that says so and names the member", async () => {
    const a = member("http://10.0.0.9:2379", { fail: UNAVAILABLE });
    await assert.rejects(createCluster([a.endpoint], policy()).txn(request), {
      code: "etcd_unavailable",
      retryable: true,
      message: /10\.0\.0\.9/,
    });
    assert.equal(a.state.asked, 4);
  });

  it("does not try again what etcd has refused", async () => {
    const a = member("a", { fail: "8 RESOURCE_EXHAUSTED: etcdserver: mvcc: database space exceeded" });
    await assert.rejects(createCluster([a.endpoint], policy()).txn(request), { code: "etcd_rejected" });
    const b = member("b", { fail: "7 PERMISSION_DENIED: etcdserver: permission denied" });
    await assert.rejects(createCluster([b.endpoint], policy()).txn(request), { code: "etcd_auth" });
    assert.deepEqual([a.state.asked, b.state.asked], [1, 1]);
  });

  it("refuses to go on when the revision went back, as after a restored snapshot", async () => {
    const a = member("a", { revision: 107n });
    const cluster = createCluster([a.endpoint], noop);
    await cluster.txn(request);
    a.state.revision = 58n;
    await assert.rejects(cluster.txn(request), { code: "etcd_cluster_changed", message: /58.*107/ });
    a.state.revision = 200n;
    await assert.rejects(cluster.txn(request), { code: "etcd_cluster_changed" });
  });

  it("takes answers in any order for calls that were under way together", async () => {
    const a = member("a", { revision: 107n });
    const slow = member("b", { revision: 106n });
    let answerSlowly: (() => void) | undefined;
    const late: Endpoint = {
      ...slow.endpoint,
      async txn(sent) {
        const answer = await slow.endpoint.txn(sent);
        await new Promise<void>((resolve) => {
          answerSlowly = resolve;
        });
        return answer;
      },
    };
    let calls = 0;
    const both: Endpoint = {
      ...a.endpoint,
      txn: (sent) => {
        calls += 1;
        return calls === 1 ? late.txn(sent) : a.endpoint.txn(sent);
      },
    };
    const cluster = createCluster([both], noop);
    const first = cluster.txn(request);
    await cluster.txn(request);
    answerSlowly?.();
    assert.equal((await first).revision, 106n);
  });

  it("refuses to go on when the endpoints lead to another cluster", async () => {
    const a = member("a");
    const cluster = createCluster([a.endpoint], noop);
    await cluster.txn(request);
    a.state.clusterId = "2";
    await assert.rejects(cluster.txn(request), { code: "etcd_cluster_changed" });
  });

  it("refuses a transaction without operations, which one member would answer alone", async () => {
    const cluster = createCluster([member("a").endpoint], noop);
    await assert.rejects(cluster.txn({ compare: [], success: [] }), TypeError);
  });

  describe("when the policy's own timeout comes first", () => {
    // The policy's timers do not keep the process alive.
    let alive: NodeJS.Timeout;
    beforeEach(() => {
      alive = setInterval(() => {}, 1_000);
    });
    afterEach(() => clearInterval(alive));

    it("asks once what must not be repeated, also when the policy ran out of time first", async () => {
      const { endpoint, asked } = createSilentEndpoint();
      const cluster = createCluster([endpoint], createCallPolicy({ attemptTimeoutMs: 1 }));
      await assert.rejects(cluster.txn(request, { repeatable: false }), {
        code: "etcd_outcome_unknown",
      });
      assert.equal(asked(), 1);
    });

    it("does not say that etcd was not asked when a policy without retries ran out of time", async () => {
      const { endpoint } = createSilentEndpoint();
      const cluster = createCluster([endpoint], timeout(1, TimeoutStrategy.Aggressive));
      await assert.rejects(cluster.txn(request, { repeatable: false }), {
        code: "etcd_outcome_unknown",
      });
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
      await assert.rejects(cluster.txn(request), { code: "etcd_outcome_unknown" });
      await assert.rejects(cluster.txn(request), { code: "etcd_auth" });
    });

    it("tells of an earlier copy that the policy stopped waiting for", async () => {
      const { endpoint } = createSilentEndpoint();
      const cluster = createCluster([endpoint], createCallPolicy({ attemptTimeoutMs: 1 }));
      assert.equal((await cluster.txn(request)).repeated, true);
      assert.equal((await cluster.txn(request)).repeated, false);
    });
  });
});
