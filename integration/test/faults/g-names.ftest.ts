import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Coordinator, FencelineError, type Lock, lockKey, type Scope } from "@fenceline/core";
import { createNodes, type TestNodes } from "../nodes.js";
import { suiteEtcd } from "../suite-etcd.js";
import { openClient } from "../support/etcd-client.js";

/** Names that are easily taken for one another, for a path, or for the end of a range. */
const LOCKS = [
  ...["a", "a/b", "a/", "/a", "a%2Fb", "a%2fb", "a_b", "A", "é", "e\u0301", "\uffff", "\u{10ffff}"],
  ...[
    "..",
    ".",
    "../../escape",
    "/etc/passwd",
    "-rf",
    "CON",
    "~",
    "%",
    "locks/",
    "a\0b",
    "a\nb",
    "\u001b[2J",
  ],
  "x".repeat(512),
];
const REFUSED = ["", "a\ud800", "a\udfff", "x".repeat(100_000)];

describe("names from outside", () => {
  let nodes: TestNodes;
  let parent: string;
  beforeEach(async function () {
    nodes = await createNodes(this.currentTest?.title ?? "");
    parent = mkdtempSync(join(tmpdir(), "fenceline-names-"));
  });
  afterEach(async () => {
    await nodes[Symbol.asyncDispose]();
    rmSync(parent, { recursive: true });
  });

  const connectInto = async (node: string) => {
    const lockDirectory = join(parent, "locks");
    mkdirSync(lockDirectory, { mode: 0o700, recursive: true });
    return await nodes.connect(node, { lockDirectory });
  };
  const holdAll = async (by: Coordinator, scope: Scope) => {
    const held: Lock[] = [];
    for (const name of LOCKS) {
      const lock = await by.tryAcquire(lockKey(scope, name));
      assert.ok(lock, `${scope} ${JSON.stringify(name)}: another name is in the way`);
      held.push(lock);
    }
    return held;
  };

  for (const scope of ["process", "node", "global"] as const) {
    it(`G4 each have a ${scope} lock of their own, or are refused, and reach nothing else`, async () => {
      const [a, b] = [await connectInto("a"), await connectInto("b")];
      using client = openClient(await suiteEtcd());
      const keysBefore = new Set(await client.getAll().keys());
      const held = await holdAll(a, scope);
      for (const name of LOCKS) {
        assert.equal(await b.tryAcquire(lockKey(scope, name)), undefined, JSON.stringify(name));
      }
      for (const name of REFUSED) {
        await assert.rejects(
          async () => await a.tryAcquire(lockKey(scope, name)),
          (error) => FencelineError.is(error, "invalid_argument"),
        );
      }
      const added = (await client.getAll().keys()).filter((key) => !keysBefore.has(key));
      const outside = added.filter((key) => !key.startsWith(`${nodes.namespace}/`));
      assert.deepEqual(outside, []);
      if (scope === "global") assert.equal((await nodes.queueEntries()).length, LOCKS.length);
      const files = readdirSync(join(parent, "locks"), { withFileTypes: true });
      assert.ok(files.every((file) => file.isFile()));
      assert.equal(files.length, scope === "node" ? LOCKS.length : 0);
      assert.deepEqual(readdirSync(parent), ["locks"]);
      await Promise.all(held.map((lock) => lock.release()));
      assert.deepEqual(await nodes.queueEntries(), []);
    });
  }
});
