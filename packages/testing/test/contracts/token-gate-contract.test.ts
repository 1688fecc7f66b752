import assert from "node:assert/strict";
import { createMemoryTokenGate, FencingToken, StaleTokenError, type TokenGate } from "@fenceline/core";
import { type TokenGateSubject, tokenGateContract } from "@fenceline/testing";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Over a gate that cannot write in the same step: a turn passes between check and write. */
function subjectOf(gate: TokenGate, between: () => Promise<void> = turn): TokenGateSubject {
  const logs = new Map<string, bigint[]>();
  return {
    gate,
    async write(resource, token) {
      await gate.admit(resource, token);
      await between();
      logs.set(resource, [...(logs.get(resource) ?? []), token]);
    },
    log: async (resource) => logs.get(resource) ?? [],
    async [Symbol.asyncDispose]() {},
  };
}

/** A gate with one mistake: what it remembers under which name, and what it lets pass. */
function createWrongGate(mistake: {
  readonly nameOf?: (resource: string) => string;
  readonly refuses?: (token: bigint, newest: bigint) => boolean;
  readonly remembers?: (token: bigint, newest: bigint) => bigint;
  readonly remembersRefused?: boolean;
  readonly validates?: boolean;
}): TokenGate {
  const { nameOf = (name) => name, refuses = (token, newest) => token < newest } = mistake;
  const newest = new Map<string, bigint>();
  return {
    async admit(resource, token) {
      if (mistake.validates !== false) {
        FencingToken.from(token);
        await createMemoryTokenGate().admit(resource, token);
      }
      const known = newest.get(nameOf(resource)) ?? -1n;
      if (refuses(token, known)) {
        if (mistake.remembersRefused === true) newest.set(nameOf(resource), token);
        throw new StaleTokenError(resource, token, known);
      }
      newest.set(nameOf(resource), mistake.remembers?.(token, known) ?? token);
    },
  };
}

async function failures(open: () => Promise<TokenGateSubject>): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of tokenGateContract(open, { durable: false })) {
    await run().catch(() => failed.push(name));
  }
  return failed;
}

describe("the token gate contract over the gate in memory", () => {
  const open = async (): Promise<TokenGateSubject> => {
    const gate = createMemoryTokenGate();
    const logs = new Map<string, bigint[]>();
    return {
      gate,
      write: (resource, token) =>
        gate.admit(resource, token, () => void logs.set(resource, [...(logs.get(resource) ?? []), token])),
      log: async (resource) => logs.get(resource) ?? [],
      async [Symbol.asyncDispose]() {},
    };
  };
  for (const { name, run } of tokenGateContract(open, { durable: false })) it(name, run);
});

describe("the token gate contract", () => {
  const wrongGates: Readonly<Record<string, Parameters<typeof createWrongGate>[0]>> = {
    "that admits everything": { refuses: () => false },
    "that refuses a token it has admitted": { refuses: (token, newest) => token <= newest },
    "that remembers what it refused": { remembersRefused: true },
    "that goes back when it sees a token again": {
      remembers: (token, newest) => (token === newest ? token - 1n : token),
    },
    "that remembers the first token only": {
      remembers: (token, newest) => (newest === -1n ? token : newest),
    },
    "that compares floating-point numbers": { refuses: (token, newest) => Number(token) < Number(newest) },
    "that compares texts": { refuses: (token, newest) => `${token}` < `${newest}` },
    "that compares 32 bits": {
      refuses: (token, newest) => BigInt.asIntN(32, token) < BigInt.asIntN(32, newest),
    },
    "with one memory for all resources": { nameOf: () => "" },
    "that ignores upper and lower case": { nameOf: (name) => name.toLowerCase() },
    "that normalises names": { nameOf: (name) => name.normalize() },
    "that cuts names at a NUL": { nameOf: (name) => name.split("\0")[0] ?? "" },
    "that cuts long names": { nameOf: (name) => name.slice(0, 255) },
    "that trims names": { nameOf: (name) => name.trim() },
    "that takes any input": { validates: false },
  };
  for (const [which, mistake] of Object.entries(wrongGates)) {
    it(`fails a gate ${which}`, async () => {
      const failed = await failures(async () => subjectOf(createWrongGate(mistake), async () => {}));
      assert.notDeepEqual(failed, []);
    });
  }

  it("fails a resource where something can come between check and write", async () => {
    let turns = 0;
    // Every second write is slow.
    const between = async (): Promise<void> => {
      if (turns++ % 2 === 0) await turn();
    };
    const failed = await failures(async () => subjectOf(createMemoryTokenGate(), between));
    assert.deepEqual(failed, [
      "never lets an older token write after a newer one, however writes overlap",
      "keeps its rule under 100 writes at once",
    ]);
  });

  it("fails a durable store that forgets", async () => {
    const open = async (): Promise<TokenGateSubject> => ({
      ...subjectOf(createMemoryTokenGate()),
      reopen: async () => createMemoryTokenGate(),
    });
    const restart = tokenGateContract(open).find(({ name }) => name === "remembers over a restart");
    await assert.rejects(async () => restart?.run(), { code: "ERR_ASSERTION" });
  });

  it("fails a durable store that cannot be opened again", async () => {
    const restart = tokenGateContract(async () => subjectOf(createMemoryTokenGate())).at(-1);
    await assert.rejects(async () => restart?.run(), /reopen/);
  });
});
