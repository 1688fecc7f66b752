import assert from "node:assert/strict";
import { FencelineError, FencingToken, type StaleTokenError, type TokenGate } from "@fenceline/core";
import fc from "fast-check";
import type { ContractCase } from "./contract-case.js";

/** A gate and a log that is written through it, over a store of their own. */
export interface TokenGateSubject extends AsyncDisposable {
  readonly gate: TokenGate;
  /** Admits the token and appends it to the resource's log, in one step as the gate's documentation says. */
  write(resource: string, token: FencingToken): Promise<void>;
  /** The log of a resource, in the order in which the store applied the writes. */
  log(resource: string): Promise<readonly bigint[]>;
  /** The gate made again over the same store, as after a restart. Only for durable stores. */
  reopen?(): Promise<TokenGate>;
}

export interface TokenGateContractOptions {
  /** Whether the store outlives the gate, so that there is a `reopen` to test. Default true. */
  readonly durable?: boolean | undefined;
  /** How many random runs each property gets. Default 100; less for a store behind a network. */
  readonly runs?: number | undefined;
}

const LARGEST = 2n ** 63n - 1n;
const token = FencingToken.from;

/** Names that a store could confuse with each other, with syntax of its own, or cut short. */
const ODD_NAMES = [
  "a",
  "A",
  "a ",
  " a",
  "a/b",
  "a/",
  "/a",
  "a%2Fb",
  "a%2fb",
  "a\0",
  "a\0b",
  "a\nb",
  "%",
  "_",
  "'; drop table gates; --",
  '"',
  "$1",
  "?",
  "..",
  "../a",
  "\\",
  "é",
  "e\u0301",
  "ß",
  "ss",
  "🔒",
  "\uFEFFa",
  "__proto__",
  "constructor",
  "x".repeat(512),
  `${"x".repeat(511)}y`,
  "ä".repeat(256),
];

/**
 * What every `TokenGate` must do, as cases for any test runner.
 *
 * @param open makes a subject over an empty store; called once for each case.
 *
 * @example
 * ```ts
 * describe("my gate", () => {
 *   for (const { name, run } of tokenGateContract(openMySubject)) it(name, run);
 * });
 * ```
 */
export function tokenGateContract(
  open: () => Promise<TokenGateSubject>,
  options: TokenGateContractOptions = {},
): readonly ContractCase[] {
  const runs = { numRuns: options.runs ?? 100 };
  const contractCase = (name: string, check: (subject: TokenGateSubject) => Promise<void>): ContractCase => ({
    name,
    async run() {
      await using subject = await open();
      await check(subject);
    },
  });

  const cases = [
    contractCase("admits a first token, the same again, and a newer one", async ({ gate }) => {
      for (const value of [5n, 5n, 6n, 6n, 7n]) await gate.admit("volume", token(value));
    }),

    contractCase("refuses an older token and says what it knows", async ({ gate }) => {
      await gate.admit("volume", token(7n));
      const { resource, token: refused, newest } = await refusal(gate.admit("volume", token(6n)));
      assert.deepEqual([resource, refused, newest ?? 7n], ["volume", 6n, 7n]);
    }),

    contractCase("is not changed by a refusal, nor by the same token again", async ({ gate }) => {
      await gate.admit("volume", token(7n));
      await refusal(gate.admit("volume", token(3n)));
      await refusal(gate.admit("volume", token(6n)));
      await gate.admit("volume", token(7n));
      await refusal(gate.admit("volume", token(6n)));
    }),

    contractCase("does not write what it refuses", async (subject) => {
      await subject.write("volume", token(7n));
      await refusal(subject.write("volume", token(6n)));
      await subject.write("volume", token(7n));
      await subject.write("volume", token(8n));
      assert.deepEqual(await subject.log("volume"), [7n, 7n, 8n]);
    }),

    contractCase("compares tokens as whole numbers of 63 bits", async ({ gate }) => {
      for (const newer of [1n, 10n, 100n, 2n ** 31n, 2n ** 32n, 2n ** 53n + 1n, 10n ** 18n, LARGEST]) {
        await gate.admit(`volume/${newer}`, token(newer - 1n));
        await gate.admit(`volume/${newer}`, token(newer));
        const { newest } = await refusal(gate.admit(`volume/${newer}`, token(newer - 1n)));
        assert.equal(newest ?? newer, newer);
        await gate.admit(`volume/${newer}`, token(newer));
      }
    }),

    contractCase("keeps resources apart, whatever their names", async ({ gate }) => {
      for (const [index, name] of ODD_NAMES.entries()) await gate.admit(name, token(BigInt(index + 10)));
      for (const [index, name] of ODD_NAMES.entries()) {
        const { resource, newest } = await refusal(gate.admit(name, token(BigInt(index + 9))));
        assert.deepEqual([resource, newest ?? BigInt(index + 10)], [name, BigInt(index + 10)]);
      }
    }),

    contractCase(
      "refuses what is no resource and no token, and remembers nothing of it",
      async ({ gate }) => {
        const invalid = { code: "invalid_argument" };
        for (const name of ["", "x".repeat(513), "\uD800", undefined, null, 7]) {
          await assert.rejects(gate.admit(name as string, token(1n)), invalid);
        }
        for (const value of [-1n, LARGEST + 1n, 5, "5", undefined, null, Number.NaN]) {
          await assert.rejects(gate.admit("volume", value as FencingToken), invalid);
        }
        await gate.admit("volume", token(0n));
      },
    ),

    contractCase("decides any sequence of tokens as the rule says", async (subject) => {
      let run = 0;
      const attempt = fc.record({ volume: fc.nat({ max: 2 }), value: tokens });
      await fc.assert(
        fc.asyncProperty(fc.array(attempt, { maxLength: 12 }), async (attempts) => {
          run++;
          const admitted = new Map<string, FencingToken[]>();
          for (const { volume, value } of attempts) {
            const resource = `run/${run}/volume/${volume}`;
            const before = admitted.get(resource) ?? [];
            const newest = before.at(-1);
            if (newest !== undefined && value < newest) await refusal(subject.write(resource, value));
            else {
              await subject.write(resource, value);
              admitted.set(resource, [...before, value]);
            }
          }
          for (const [resource, written] of admitted) {
            assert.deepEqual(await subject.log(resource), written);
          }
        }),
        runs,
      );
    }),

    contractCase(
      "never lets an older token write after a newer one, however writes overlap",
      async (subject) => {
        let run = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(tokens, { minLength: 2, maxLength: 8 }), async (values) => {
            run++;
            await writeTogether(subject, `run/${run}`, values);
          }),
          runs,
        );
      },
    ),

    contractCase("keeps its rule under 100 writes at once", async (subject) => {
      const values = Array.from({ length: 100 }, (_, index) => token(BigInt((index * 37) % 100)));
      await writeTogether(subject, "volume", values);
    }),

    contractCase("admits 100 writes of one holder at once", async (subject) => {
      const admitted = await writeTogether(subject, "volume", Array<FencingToken>(100).fill(token(42n)));
      assert.equal(admitted, 100);
    }),
  ];
  if (options.durable === false) return cases;
  const remembers = contractCase("remembers over a restart", async (subject) => {
    await subject.gate.admit("volume", token(LARGEST - 1n));
    assert.ok(subject.reopen, "the subject of a durable store has `reopen`");
    const again = await subject.reopen();
    await refusal(again.admit("volume", token(LARGEST - 2n)));
    await again.admit("volume", token(LARGEST - 1n));
    await again.admit("volume", token(LARGEST));
  });
  return [...cases, remembers];
}

/** Small ones that meet often, and any. */
const tokens = fc
  .oneof(
    { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: 12n }) },
    { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: LARGEST }) },
  )
  .map(token);

/** Starts all writes at once, checks what became of them, and gives the number of those admitted. */
async function writeTogether(
  subject: TokenGateSubject,
  resource: string,
  values: readonly FencingToken[],
): Promise<number> {
  const outcomes = await Promise.allSettled(values.map((value) => subject.write(resource, value)));
  const admitted = values.filter((_, index) => outcomes[index]?.status === "fulfilled");
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === "fulfilled") continue;
    const { token: refused, newest } = await refusal(Promise.reject(outcome.reason));
    assert.equal(refused, values[index]);
    const reasons = admitted.filter((value) => value > refused);
    assert.ok(reasons.length > 0, `${refused} refused although nothing newer was admitted`);
    assert.ok(newest === undefined || reasons.includes(token(newest)), `${newest} was never admitted`);
  }

  const log = await subject.log(resource);
  assert.deepEqual(log.toSorted(ascending), admitted.toSorted(ascending), "log and answers differ");
  assert.deepEqual(log, log.toSorted(ascending), "an older token wrote after a newer one");
  return admitted.length;
}

/** The error of an admission that must be refused. */
async function refusal(attempt: Promise<void>): Promise<StaleTokenError> {
  try {
    await attempt;
  } catch (error) {
    if (FencelineError.is(error, "stale_token")) return error as StaleTokenError;
    throw error;
  }
  assert.fail("an older token was admitted");
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
