import assert from "node:assert/strict";
import { type JsonServer, requestJson, serveJson } from "../dist/json-http.js";
import type { VolumeDriver } from "../dist/service/drivers/volume-driver.js";
import { createVolumeApi } from "../dist/service/volume-api.js";

describe("the volume API", () => {
  let server: JsonServer;
  let calls: unknown[][];

  beforeEach(async () => {
    calls = [];
    const driver: VolumeDriver = {
      createVolume: async (...args) => void calls.push(["createVolume", ...args]),
      createClonedVolume: async (...args) => void calls.push(["createClonedVolume", ...args]),
      initializeConnection: async (...args) => {
        calls.push(["initializeConnection", ...args]);
        return { lun: 7 };
      },
      terminateConnection: async (...args) => void calls.push(["terminateConnection", ...args]),
    };
    const drivers = new Map([
      ["array-1", driver],
      ["array-2", { ...driver }],
    ]);
    server = await serveJson(createVolumeApi("node-1", drivers));
  });
  afterEach(() => server.close());

  const post = (path: string, body: object): Promise<unknown> =>
    requestJson("POST", server.address, path, { body });

  it("says who it is", async () => {
    const health = await requestJson("GET", server.address, "/health");
    assert.deepEqual(health, { node: "node-1", arrays: ["array-1", "array-2"] });
  });

  it("hands each operation to the driver of the volume's array", async () => {
    await post("/volumes", { id: "array-1.a" });
    await post("/volumes/array-1.a/clone", { id: "array-1.b" });
    assert.deepEqual(await post("/volumes/array-1.b/attach", { host: "compute" }), { lun: 7 });
    await post("/volumes/array-1.b/detach", { host: "compute" });
    assert.deepEqual(calls, [
      ["createVolume", { id: "array-1.a" }],
      ["createClonedVolume", { id: "array-1.b" }, { id: "array-1.a" }],
      ["initializeConnection", { id: "array-1.b" }, { host: "compute" }],
      ["terminateConnection", { id: "array-1.b" }, { host: "compute" }],
    ]);
  });

  const refused: readonly [path: string, body: object, status: number][] = [
    ["/volumes", {}, 400],
    ["/volumes", { id: "array-1.a/../b" }, 400],
    ["/volumes", { id: "array-9.a" }, 404],
    ["/volumes/array-1.a/clone", { id: "array-2.b" }, 400],
    ["/volumes/array-1.a/attach", { host: "" }, 400],
    ["/volumes/array-1.a/resize", {}, 404],
  ];
  for (const [path, body, status] of refused) {
    it(`refuses POST ${path} ${JSON.stringify(body)} with ${status}, before anything is touched`, async () => {
      await assert.rejects(post(path, body), { status });
      assert.deepEqual(calls, []);
    });
  }

  it("refuses a body that is no JSON", async () => {
    const response = await fetch(`http://${server.address}/volumes`, { method: "POST", body: "[" });
    assert.equal(response.status, 400);
  });
});
