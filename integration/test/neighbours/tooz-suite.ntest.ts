import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { WireFormat } from "@fenceline/core";
import { suiteEtcd } from "../suite-etcd.js";
import { startToozBridge, startToozTests } from "./processes.js";
import { needsEtcd, needsPython } from "./requirements.js";

/** The class with tooz's tests of whatever driver `TOOZ_TEST_URL` names, and those of its tests that are about locks. */
const SUITE = "tooz.tests.test_coordination.TestAPI";
const PATTERNS = ["lock", "acquire"];

const PASSED = 23;
const SHARED = [
  "test_get_lock_locking_exclusive_and_shared",
  "test_get_lock_locking_shared_and_exclusive",
  "test_get_shared_lock",
  "test_get_shared_lock_locking_same_lock_twice",
  "test_get_shared_lock_locking_two_lock",
];

/** Tests that others wrote for other drivers, with our coordinator behind a driver of tooz. */
describe("tooz's own tests of locks", () => {
  before(needsEtcd);
  before(needsPython("python3-tooz, python3-testtools and python3-fixtures", "tooz.tests.test_coordination"));

  const wires: readonly (readonly WireFormat[])[] = [["etcd"], ["cinder"], ["cinder", "etcd"]];
  for (const wire of wires) {
    it(`pass with the wire format ${wire.join(" and ")}, but for those of shared locks`, async () => {
      const hosts = (await suiteEtcd()).endpoints;
      const namespace = `test/tooz-${randomUUID().slice(0, 8)}`;
      await using bridge = startToozBridge({ etcd: { hosts }, namespace, wire, ttlMs: 5_000 });
      const url = `fenceline://127.0.0.1:${await bridge.line()}`;
      await using suite = startToozTests(url, SUITE, PATTERNS);
      const lines = await suite.remainingLines();

      const output = lines.join("\n");
      assert.equal(await suite.ended, 0, output);
      const skipped = lines.flatMap(readSkipped);
      console.log(`- skipped: ${skipped.map(({ name }) => name).join(", ")}: ${skipped[0]?.why}`);
      assert.deepEqual(skipped.map(({ name }) => name).sort(), SHARED, output);
      assert.equal(lines.filter((line) => line.endsWith(" ... ok")).length, PASSED, output);
    });
  }
});

function readSkipped(line: string): readonly { readonly name: string; readonly why: string }[] {
  const [, name, why] = /(\w+)\)? \.\.\. skipped ['"](.*)['"]$/.exec(line) ?? [];
  return name === undefined || why === undefined ? [] : [{ name, why }];
}
