import assert from "node:assert/strict";
import { defineLock, FencelineError, renderKey } from "@fenceline/core";

const refused = (error: unknown): boolean => FencelineError.is(error, "invalid_argument");

const connection = defineLock({
  system: "InfiniBox",
  scope: "global",
  template: "infinidat-{managementAddress}-lock",
  parameters: { managementAddress: "address of the management interface" },
  guards: [{ method: "initializeConnection", criticalSection: "map the volume" }],
  names: "cinder",
});
const tool = defineLock({ system: "LIO", scope: "node", template: "lioadm", parameters: {}, guards: [] });

describe("lock definition", () => {
  it("makes the key of a lock from its parameters", () => {
    assert.deepEqual(connection({ managementAddress: "10.0.0.9" }), {
      scope: "global",
      name: "infinidat-10.0.0.9-lock",
      template: "infinidat-{managementAddress}-lock",
    });
  });

  it("makes a key without parameters where the template has none", () => {
    assert.deepEqual(tool(), { scope: "node", name: "lioadm", template: "lioadm" });
  });

  it("puts its delay on its keys, and refuses one that is none", () => {
    const options = { system: "x", scope: "global", template: "lock", parameters: {}, guards: [] } as const;
    assert.equal(defineLock({ ...options, lockDelayMs: 30_000 })().lockDelayMs, 30_000);
    assert.throws(() => defineLock({ ...options, lockDelayMs: -1 }), { argument: "lockDelayMs" });
  });

  it("carries its data, which nobody can replace", () => {
    assert.equal(connection.system, "InfiniBox");
    assert.equal(connection.scope, "global");
    assert.equal(connection.parameters.managementAddress, "address of the management interface");
    assert.deepEqual(connection.guards, [
      { method: "initializeConnection", criticalSection: "map the volume" },
    ]);
    assert.throws(() => Object.assign(connection, { scope: "process" }), TypeError);
  });

  it("refuses a name that is too long for a lock", () => {
    assert.throws(() => connection({ managementAddress: "a".repeat(512) }), refused);
  });

  it("refuses characters beyond ASCII where the names are Cinder's, and only there", () => {
    assert.throws(() => connection({ managementAddress: "Ä" }), { message: /ASCII/ });
    const own = defineLock({
      system: "x",
      scope: "global",
      template: "own-{id}",
      parameters: { id: "id" },
      guards: [],
    });
    assert.equal(own({ id: "Ä" }).name, "own-Ä");
  });

  it("takes values from outside under the same checks", () => {
    assert.equal(renderKey(connection, { managementAddress: "10.0.0.9" }).name, "infinidat-10.0.0.9-lock");
    assert.throws(() => renderKey(connection, {}), refused);
    assert.throws(() => renderKey(connection, { managementAddress: null }), refused);
  });

  const good = {
    system: "x",
    scope: "global",
    template: "a-{b}",
    parameters: { b: "b" },
    guards: [],
  } as const;
  const broken: Record<string, object> = {
    "a template with an open brace": { template: "a-{b" },
    "a scope that does not exist": { scope: "cluster" },
    "a parameter that the template does not have": { parameters: { b: "b", c: "c" } },
    "a parameter without its meaning": { parameters: {} },
    "a parameter with an empty meaning": { parameters: { b: "" } },
    "no parameters at all": { parameters: undefined },
    "a kind of names that it does not know": { names: "Cinder" },
    "a template beyond ASCII where the names are Cinder's": { template: "ä-{b}", names: "cinder" },
  };
  for (const [what, change] of Object.entries(broken)) {
    it(`is not defined with ${what}`, () => {
      assert.doesNotThrow(() => defineLock(good));
      assert.throws(() => defineLock({ ...good, ...change }), refused);
    });
  }
});
