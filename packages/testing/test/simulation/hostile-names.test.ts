import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Coordinator, connect, FencelineError, type LockKey, lockLocation } from "@fenceline/core";
import fc from "fast-check";
import { createSimulation } from "./simulation.js";

const DELAY_MS = 1_000;
const piece = fc.constantFrom(
  ...["..", "/", "../", "a", "b", "a/b", "\0", "\n", "\u001b[2J", "\u007f", "%2F", "%2f", "%", "~", ":", "_"],
  ...[
    "0",
    "\uffff",
    "\u{10ffff}",
    "é",
    "e\u0301",
    "а",
    "Ａ",
    "\u200b",
    "\u202e",
    "\ud800",
    "\udfff",
    "\ufffd",
  ],
  ...["cinder-", ".lock", "locks/", "-", " ", "\\", "x".repeat(300), "y".repeat(10_240)],
);
const name = fc.oneof(
  fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", minLength: 1, maxLength: 8 }),
);
/** Two names that are likely to be taken for each other, in any order. */
const pair = fc
  .tuple(likely(), fc.boolean())
  .map(([[a, b], swap]): [string, string] => (swap ? [b, a] : [a, b]));

describe("a name from outside", () => {
  for (const wire of ["etcd", "cinder", ["etcd", "cinder"]] as const) {
    it(`is a global lock of its own or refused before etcd is asked, with wire ${wire}`, async () => {
      const simulation = createSimulation();
      const [a, b] = [await simulation.node("a", { wire }), await simulation.node("b", { wire })];
      const { store } = simulation.etcd;
      const lockKeys = () => store.keys("").filter((key) => !key.startsWith("fenceline/sessions/"));
      await fc.assert(
        fc.asyncProperty(pair, async ([first, second]) => {
          const asked = a.connection.attempts;
          const held = await simulation.run(tryName(a.coordinator, "global", first));
          if (held === "refused") {
            assert.equal(a.connection.attempts, asked);
            assert.throws(() => lockLocation(first, { wire }), { code: "invalid_argument" });
            return;
          }
          assert.ok(held, "nobody else is there");
          const { queuePrefix, toozKey, ownerKey } = lockLocation(first, { wire });
          const ours = [queuePrefix, toozKey, ownerKey, "fenceline/marks/"].filter(
            (key) => key !== undefined,
          );
          for (const key of lockKeys())
            assert.ok(
              ours.some((prefix) => key.startsWith(prefix)),
              key,
            );

          const other = await simulation.run(tryName(b.coordinator, "global", second));
          if (first === second) assert.equal(other, undefined);
          else assert.ok(other, "a lock of another name is in the way");
          await simulation.run(held.release());
          if (other !== "refused") await simulation.run(other?.release() ?? Promise.resolve());
          assert.deepEqual(lockKeys(), []);
        }),
        { numRuns: 300 },
      );
    });
  }

  for (const lockFiles of ["fenceline", "cinder"] as const) {
    it(`is a node lock of its own file or refused before a file is touched, with lockFiles ${lockFiles}`, async function () {
      if (process.platform !== "linux") this.skip();
      const parent = mkdtempSync(join(tmpdir(), "fenceline-names-"));
      const lockDirectory = join(parent, "locks");
      mkdirSync(lockDirectory, { mode: 0o700 });
      await using coordinator = await connect({ etcd: false, lockDirectory, lockFiles });
      const isSame = (a: string, b: string) =>
        lockFiles === "cinder" ? a.replaceAll("/", "_") === b.replaceAll("/", "_") : a === b;
      try {
        await fc.assert(
          fc.asyncProperty(pair, async ([first, second]) => {
            const before = readdirSync(lockDirectory).length;
            const held = await tryName(coordinator, "node", first);
            if (held === "refused") {
              assert.equal(readdirSync(lockDirectory).length, before);
              return;
            }
            assert.ok(held);
            const other = await tryName(coordinator, "node", second);
            if (isSame(first, second)) assert.equal(other, undefined);
            else assert.ok(other, "a lock of another name is in the way");
            await held.release();
            if (other !== "refused") await other?.release();
            assert.deepEqual(readdirSync(parent), ["locks"], "a name has left the directory");
            for (const entry of readdirSync(lockDirectory, { withFileTypes: true }))
              assert.ok(entry.isFile());
          }),
          { numRuns: 300 },
        );
      } finally {
        rmSync(parent, { recursive: true });
      }
    });
  }

  it("is a process lock of its own or refused", async () => {
    await using coordinator = await connect({ etcd: false });
    await fc.assert(
      fc.asyncProperty(pair, async ([first, second]) => {
        const held = await tryName(coordinator, "process", first);
        if (held === "refused") return;
        assert.ok(held);
        const other = await tryName(coordinator, "process", second);
        if (first === second) assert.equal(other, undefined);
        else assert.ok(other);
        await held.release();
        if (other !== "refused") await other?.release();
      }),
      { numRuns: 300 },
    );
  });
});

/** The lock, `undefined` if it is taken, "refused" if there can be none of that name. */
async function tryName(coordinator: Coordinator, scope: LockKey["scope"], name: string) {
  try {
    return await coordinator.tryAcquire({ scope, name, lockDelayMs: DELAY_MS });
  } catch (error) {
    if (FencelineError.is(error, "invalid_argument")) return "refused";
    throw error;
  }
}

function likely(): fc.Arbitrary<[string, string]> {
  return fc.oneof(
    fc.tuple(name, name),
    fc.tuple(name, piece).map(([a, b]) => [a, a + b] as [string, string]),
    name.map((a): [string, string] => [a, encodeURIComponent(a.toWellFormed())]),
    name.map((a): [string, string] => [a, a.toWellFormed()]),
    name.map((a): [string, string] => [a, a.normalize("NFC")]),
    name.map((a): [string, string] => [a, a.toLowerCase()]),
    name.map((a): [string, string] => [a, a.replaceAll("/", "_")]),
    name.map((a): [string, string] => [a, a.replaceAll("\0", "")]),
    // The end of the range of all keys that begin with the name.
    name.map((a): [string, string] => [
      a,
      a.slice(0, -1) + String.fromCharCode(a.charCodeAt(a.length - 1) + 1),
    ]),
  );
}
