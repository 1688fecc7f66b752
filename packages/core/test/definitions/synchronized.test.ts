import assert from "node:assert/strict";
import { type Coordinator, connect, FencelineError } from "@fenceline/core";
import * as standard from "./decorated-driver.js";

const legacyModule = new URL("../legacy-decorators/decorated-driver.js", import.meta.url).href;
const legacy = (await import(legacyModule)) as typeof standard;

for (const [kind, { DecoratedDriver, misplacements }] of Object.entries({ standard, legacy })) {
  describe(`synchronized as a ${kind} decorator`, () => {
    let coordinator: Coordinator;
    before(async () => {
      coordinator = await connect({ etcd: false });
    });
    after(() => coordinator.close());

    it("runs the method on its object, with its arguments and its result", async () => {
      const driver = new DecoratedDriver(coordinator, "10.0.0.1");
      assert.equal(await driver.attach({ id: "v1" }, "h1"), "v1 on h1 at 10.0.0.1");
    });

    it("excludes calls under the same name, whatever objects they are made on", async () => {
      const driver = new DecoratedDriver(coordinator, "10.0.0.1");
      const twin = new DecoratedDriver(coordinator, "10.0.0.1");
      const { events } = driver;
      twin.events.push = (event: string): number => events.push(event);
      await Promise.all([driver.attach({ id: "v1" }, "h"), twin.attach({ id: "v2" }, "h")]);
      assert.deepEqual(events, ["attach v1", "attached v1", "attach v2", "attached v2"]);
    });

    it("lets calls under different names overlap", async () => {
      const driver = new DecoratedDriver(coordinator, "10.0.0.1");
      const other = new DecoratedDriver(coordinator, "10.0.0.2");
      await coordinator.withLock(other.key(), () => driver.attach({ id: "v1" }, "h"));
      assert.deepEqual(driver.events, ["attach v1", "attached v1"]);
    });

    it("takes a lock once when the object calls itself", async () => {
      const driver = new DecoratedDriver(coordinator, "10.0.0.1");
      assert.equal(await driver.reattach({ id: "v1" }, "h1"), "v1 on h1 at 10.0.0.1");
      assert.equal(await driver.reattach({ id: "free" }, "h1"), "free on h1 at 10.0.0.1");
    });

    it("passes errors on unchanged and gives the lock back", async () => {
      const driver = new DecoratedDriver(coordinator, "10.0.0.1");
      const error = new Error("array is full");
      await assert.rejects(driver.fail(error), (thrown) => thrown === error);
      await driver.attach({ id: "v1" }, "h");
    });

    it("rejects a missing parameter before the method runs", async () => {
      const driver = new DecoratedDriver(coordinator, undefined);
      await assert.rejects(driver.attach({ id: "v1" }, "h"), (error) =>
        FencelineError.is(error, "invalid_argument"),
      );
      assert.deepEqual(driver.events, []);
    });

    for (const [what, decorate] of Object.entries(misplacements)) {
      it(`refuses to decorate a ${what}`, () => {
        assert.throws(decorate, (error) => FencelineError.is(error, "invalid_argument"));
      });
    }
  });
}
