import assert from "node:assert/strict";
import { FencingToken } from "../dist/fencing/fencing-token.js";
import { createMemoryTokenGate } from "../dist/fencing/memory-token-gate.js";

// What every gate does is tested by the token gate contract; here is what only this one has.
describe("createMemoryTokenGate", () => {
  const [older, newer] = [FencingToken.from(5n), FencingToken.from(6n)];

  it("writes before anybody else's check", async () => {
    const gate = createMemoryTokenGate();
    const written: bigint[] = [];
    const writes = [older, newer, older].map((token) =>
      gate.admit("volume", token, () => void written.push(token)),
    );
    assert.deepEqual(written, [5n, 6n]);
    const outcomes = await Promise.allSettled(writes);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["fulfilled", "fulfilled", "rejected"],
    );
  });

  it("does not write what it refuses, and names the newest token", async () => {
    const gate = createMemoryTokenGate();
    await gate.admit("volume", newer);
    const write = (): never => assert.fail("written");
    await assert.rejects(gate.admit("volume", older, write), { code: "stale_token", newest: 6n });
    await assert.rejects(gate.admit("", newer, write), { code: "invalid_argument" });
  });

  it("hands on what the write throws, and remembers the token all the same", async () => {
    const gate = createMemoryTokenGate();
    const full = (): never => {
      throw new Error("disk full");
    };
    await assert.rejects(gate.admit("volume", newer, full), /disk full/);
    await assert.rejects(gate.admit("volume", older), { code: "stale_token" });
  });
});
