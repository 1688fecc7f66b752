import assert from "node:assert/strict";
import { type EtcdTokenGate, FencingToken } from "@fenceline/core";
import { type TokenGateSubject, tokenGateContract } from "@fenceline/testing";
import {
  codeOf,
  createSimulation,
  rejectionOf,
  type SimulatedNode,
  TTL_MS,
} from "../simulation/simulation.js";

const HOUR_MS = 3_600_000;
const [older, newer] = [FencingToken.from(5n), FencingToken.from(6n)];

describe("the token gate in a simulated etcd", () => {
  let simulation: ReturnType<typeof createSimulation>;
  let a: SimulatedNode;
  let b: SimulatedNode;
  let gateOfA: EtcdTokenGate;
  let gateOfB: EtcdTokenGate;

  beforeEach(async () => {
    simulation = createSimulation();
    a = await simulation.node("a");
    b = await simulation.node("b");
    gateOfA = a.coordinator.tokenGate();
    gateOfB = b.coordinator.tokenGate();
  });

  /** What was written with `append`, in the order of etcd's revisions. */
  const log = (resource: string): bigint[] => {
    const { store } = simulation.etcd;
    const entries = store.keys(`log/${resource}/`).map((key) => store.get(key));
    entries.sort((one, other) => Number((one?.modRevision ?? 0n) - (other?.modRevision ?? 0n)));
    return entries.map((entry) => BigInt(entry?.value.toString() ?? ""));
  };
  let entries = 0;
  const append = async (gate: EtcdTokenGate, resource: string, token: FencingToken): Promise<void> => {
    const key = `log/${resource}/${entries++}`;
    await gate.guardedTxn(resource, token, (txn) => txn.put(key).value(`${token}`));
  };

  describe("keeps the contract:", () => {
    const open = async (): Promise<TokenGateSubject> => ({
      gate: gateOfA,
      write: (resource, token) => append(entries % 2 === 0 ? gateOfA : gateOfB, resource, token),
      log: async (resource) => log(resource),
      reopen: async () => gateOfB,
      async [Symbol.asyncDispose]() {},
    });
    for (const { name, run } of tokenGateContract(open)) {
      it(name, () => simulation.run(run(), HOUR_MS));
    }
  });

  it("repeats an admission until it has an answer", async () => {
    a.connection.network = "answers lost";
    const admission = gateOfA.admit("volume", newer);
    await simulation.clock.advance(500);
    a.connection.network = "whole";
    await simulation.run(admission);
    assert.equal(codeOf(await simulation.run(rejectionOf(gateOfB.admit("volume", older)))), "stale_token");
  });

  it("is not set back by a copy of an admission that comes late", async () => {
    const late = a.connection.holdBack((request) => request.success.some((op) => op.type === "put"));
    await simulation.run(gateOfA.admit("volume", older));
    await simulation.run(gateOfB.admit("volume", newer));
    late.deliver();
    const stale = await simulation.run(rejectionOf(gateOfA.admit("volume", older)));
    assert.equal(codeOf(stale), "stale_token");
  });

  it("writes once, and says that it does not know, when the answer to a write is lost", async () => {
    await simulation.run(gateOfA.admit("volume", older));
    a.connection.network = "answers lost";
    const outcome = await simulation.run(rejectionOf(append(gateOfA, "volume", older)));
    assert.equal(codeOf(outcome), "etcd_outcome_unknown");
    assert.deepEqual(log("volume"), [older]);
  });

  it("refuses the write of a holder that was cut off, once the next holder has written", async () => {
    const lockOfA = await simulation.run(a.coordinator.acquire("volume"));
    await simulation.run(append(gateOfA, "volume", lockOfA.token));
    a.connection.network = "requests lost";
    const lockOfB = await simulation.run(b.coordinator.acquire("volume"), 2 * TTL_MS);
    await simulation.run(append(gateOfB, "volume", lockOfB.token));
    a.connection.network = "whole";

    const late = await simulation.run(rejectionOf(append(gateOfA, "volume", lockOfA.token)));
    assert.equal(codeOf(late), "stale_token");
    assert.deepEqual(log("volume"), [lockOfA.token, lockOfB.token]);
  });

  it("knows each resource for itself: one that the next holder has not touched admits the former one", async () => {
    await simulation.run(gateOfB.admit("volume", newer));
    await simulation.run(gateOfA.admit("export", older));
    await simulation.run(gateOfB.admit("export", newer));
    const late = await simulation.run(rejectionOf(gateOfA.admit("export", older)));
    assert.equal(codeOf(late), "stale_token");
  });
});
