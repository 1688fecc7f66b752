import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { EtcdError } from "../../dist/errors.js";
import { createGroupCommit } from "../../dist/etcd/group-commit.js";
import type { EtcdPort, OpResult, TxnRequest, TxnResponse } from "../../dist/etcd/port.js";

const put = (key: string): TxnRequest => ({ compare: [], success: [{ type: "put", key, value: "" }] });
const about = (lock: string) => ({ locks: [lock] });

interface Call {
  /** The keys that it puts, those of each rider if there are several. */
  readonly keys: readonly string[];
  readonly request: TxnRequest;
  answer(change?: Partial<TxnResponse>): void;
  fail(error: Error): void;
}

/** A port whose calls wait to be answered. */
function createOpenPort() {
  const calls: Call[] = [];
  const port = {
    txn: (request: TxnRequest) =>
      new Promise<TxnResponse>((resolve, reject) => {
        const riders = request.success.map((op) => (op.type === "txn" ? op.txn : request));
        const results = request.success.map(
          (op, i): OpResult =>
            op.type === "txn"
              ? { type: "txn", succeeded: i % 2 === 0, results: [{ type: "put" }] }
              : { type: "put" },
        );
        calls.push({
          request,
          keys: riders.flatMap(({ success }) => success.map((op) => String((op as { key: string }).key))),
          answer: (change = {}) =>
            resolve({ succeeded: true, revision: 7n, raftTerm: 2n, results, repeated: false, ...change }),
          fail: reject,
        });
      }),
  } as Partial<EtcdPort> as EtcdPort;
  return { calls, grouped: createGroupCommit(port) };
}

/** Lets everything happen that waits for no answer. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

const rejected = (message: string) => new EtcdError("etcd_rejected", `etcdserver: ${message}`);

describe("group commit", () => {
  it("sends a transaction that is alone as it is", async () => {
    const { calls, grouped } = createOpenPort();
    const answered = grouped.txn(put("a"), about("a"));
    await settle();
    assert.deepEqual(
      calls.map((call) => call.request),
      [put("a")],
    );
    calls[0]?.answer();
    assert.equal((await answered).revision, 7n);
  });

  it("sends together what is issued in one turn of the event loop, and gives each its own answer", async () => {
    const { calls, grouped } = createOpenPort();
    const answers = ["a", "b", "c"].map((lock) => grouped.txn(put(lock), about(lock)));
    await settle();
    assert.deepEqual(
      calls.map((call) => call.keys),
      [["a", "b", "c"]],
    );
    calls[0]?.answer({ repeated: true });
    assert.deepEqual(
      (await Promise.all(answers)).map(({ succeeded, results, repeated, revision }) => [
        succeeded,
        results,
        repeated,
        revision,
      ]),
      [true, false, true].map((succeeded) => [succeeded, [{ type: "put" }], true, 7n]),
    );
  });

  it("keeps what is issued while calls are under way for the next call", async () => {
    const { calls, grouped } = createOpenPort();
    for (const lock of ["a", "b", "c", "d", "e"]) {
      void grouped.txn(put(lock), about(lock));
      await settle();
    }
    const underWay = calls.length;
    assert.ok(underWay < 5, "all went at once");
    calls[0]?.answer();
    await settle();
    assert.deepEqual(
      calls.slice(underWay).map((call) => call.keys),
      [["a", "b", "c", "d", "e"].slice(underWay)],
    );
  });

  it("takes along what the answered callers issue next", async () => {
    const { calls, grouped } = createOpenPort();
    const again = async (lock: string) => {
      await grouped.txn(put(lock), about(lock));
      await null;
      await grouped.txn(put(`${lock}2`), about(lock));
    };
    void again("a");
    void again("b");
    await settle();
    calls[0]?.answer();
    await settle();
    assert.deepEqual(
      calls.map((call) => call.keys),
      [
        ["a", "b"],
        ["a2", "b2"],
      ],
    );
  });

  it("never sends two transactions for the same lock together", async () => {
    const { calls, grouped } = createOpenPort();
    for (const [key, ...locks] of [
      ["1", "a", "b"],
      ["2", "b", "c"],
      ["3", "c"],
      ["4", "d"],
    ] as const) {
      void grouped.txn(put(key), { locks });
    }
    await settle();
    assert.deepEqual(
      calls.map((call) => call.keys),
      [["1", "3", "4"], ["2"]],
    );
  });

  it("lets a transaction that names no locks pass by itself, at once", async () => {
    const { calls, grouped } = createOpenPort();
    void grouped.txn(put("a"), about("a"));
    void grouped.txn(put("b"));
    assert.deepEqual(
      calls.map((call) => call.keys),
      [["b"]],
    );
    await settle();
    assert.deepEqual(
      calls.map((call) => call.keys),
      [["b"], ["a"]],
    );
  });

  it("stays below etcd's limit on operations, which counts the deepest transaction within", async () => {
    const { calls, grouped } = createOpenPort();
    const deep = (lock: string): TxnRequest => ({
      compare: [],
      success: Array.from({ length: 8 }, (_, i) => ({ type: "range", key: `${lock}/${i}` })),
    });
    for (let i = 0; i < 200; i += 1) void grouped.txn(deep(`l${i}`), about(`l${i}`));
    await settle();
    assert.deepEqual(
      calls.map((call) => call.request.success.length),
      [120, 80],
    );
  });

  it("shows etcd at the first level what its riders write, in a branch that is never done", async () => {
    const { calls, grouped } = createOpenPort();
    const within: TxnRequest = { compare: [], success: [{ type: "delete", key: "mark" }] };
    const writes: TxnRequest = {
      compare: [],
      success: [...put("a").success, { type: "range", key: "a/" }, { type: "txn", txn: within }],
      failure: [{ type: "delete", key: "a" }],
    };
    void grouped.txn(writes, about("a"));
    void grouped.txn(put("b"), about("b"));
    await settle();
    assert.deepEqual(calls[0]?.request.compare, []);
    assert.deepEqual(calls[0]?.request.failure, [
      { type: "put", key: "a", value: "" },
      { type: "delete", key: "mark" },
      { type: "put", key: "b", value: "" },
    ]);
  });

  it("counts what its riders write as well", async () => {
    const { calls, grouped } = createOpenPort();
    const many = (lock: string): TxnRequest => ({
      compare: [],
      success: Array.from({ length: 8 }, (_, i) => ({ type: "put", key: `${lock}/${i}`, value: "" })),
    });
    for (let i = 0; i < 20; i += 1) void grouped.txn(many(`l${i}`), about(`l${i}`));
    await settle();
    assert.deepEqual(
      calls.map((call) => call.request.success.length),
      [15, 5],
    );
  });

  it("asks anew for each after an answer that one of them may be to blame for, as for a repetition", async () => {
    const { calls, grouped } = createOpenPort();
    const answers = ["a", "b"].map((lock) => grouped.txn(put(lock), about(lock)));
    await settle();
    calls.shift()?.fail(new EtcdError("etcd_outcome_unknown", "refused, after an attempt without an answer"));
    await settle();
    assert.deepEqual(
      calls.map((call) => call.keys),
      [["a"], ["b"]],
    );
    for (const call of calls) call.answer();
    assert.deepEqual(
      (await Promise.all(answers)).map(({ repeated }) => repeated),
      [true, true],
    );
  });

  it("learns a lower limit from a refusal", async () => {
    const { calls, grouped } = createOpenPort();
    const send = (count: number) => {
      for (let i = 0; i < count; i += 1) void grouped.txn(put(`l${i}`), about(`l${i}`));
    };
    send(63);
    await settle();
    calls.shift()?.fail(rejected("too many operations in txn request"));
    await settle();
    assert.equal(calls.length, 63, "each by itself");
    for (const call of calls.splice(0)) call.answer();
    await settle();
    send(63);
    await settle();
    assert.deepEqual(
      calls.map((call) => call.request.success.length),
      [31, 31],
    );
  });

  it("gives each its own answer when etcd refuses the whole, so that one cannot fail the others", async () => {
    const { calls, grouped } = createOpenPort();
    const answers = Promise.allSettled(["a", "b", "c"].map((lock) => grouped.txn(put(lock), about(lock))));
    await settle();
    calls.shift()?.fail(rejected("requested lease not found"));
    await settle();
    assert.deepEqual(
      calls.map((call) => call.keys),
      [["a"], ["b"], ["c"]],
    );
    for (const [i, call] of calls.entries()) {
      if (i === 1) call.fail(rejected("requested lease not found"));
      else call.answer();
    }
    assert.deepEqual(
      (await answers).map((answer) => answer.status),
      ["fulfilled", "rejected", "fulfilled"],
    );
  });

  it("tells all of a call whose outcome is not known that it is not, and sends nothing again", async () => {
    const { calls, grouped } = createOpenPort();
    const answers = Promise.allSettled(["a", "b"].map((lock) => grouped.txn(put(lock), about(lock))));
    await settle();
    const unavailable = new EtcdError("etcd_unavailable", "no answer", { retryable: true });
    calls[0]?.fail(unavailable);
    assert.deepEqual(
      (await answers).map((answer) => answer.status === "rejected" && answer.reason),
      [unavailable, unavailable],
    );
    assert.equal(calls.length, 1);
  });

  it("goes on after a failure", async () => {
    const { calls, grouped } = createOpenPort();
    for (let i = 0; i < 10; i += 1) {
      const answer = grouped.txn(put("a"), about("a"));
      await settle();
      calls.shift()?.fail(new EtcdError("etcd_unavailable", "no answer", { retryable: true }));
      await assert.rejects(answer);
    }
    assert.equal(calls.length, 0);
  });

  it("sends what goes alone in the async context of its caller, and what goes together in none", async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const port = {
      async txn() {
        seen.push(context.getStore());
        return { succeeded: true, revision: 1n, raftTerm: 1n, results: [], repeated: false };
      },
    } as Partial<EtcdPort> as EtcdPort;
    const grouped = createGroupCommit(port);
    await context.run("request", async () => {
      await grouped.txn(put("a"), about("a"));
      await Promise.allSettled(["a", "b"].map((key) => grouped.txn(put(key), about(key))));
      assert.equal(context.getStore(), "request");
    });
    assert.deepEqual(seen, ["request", undefined]);
  });
});
