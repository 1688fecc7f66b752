import assert from "node:assert/strict";
import { ClusterClient } from "../dist/demo/cluster-client.js";
import { Measurements } from "../dist/demo/measurements.js";
import { HttpError, serveJson } from "../dist/json-http.js";

describe("ClusterClient", () => {
  it("asks another node when one fails, and counts one operation", async () => {
    const failing = await serveJson(() => {
      throw new HttpError(503, "for the test");
    });
    const working = await serveJson(() => ({ lun: 7 }));
    const measurements = new Measurements();
    const nodes = [failing, working].map(({ address }) => ({ name: address, address }));
    using client = new ClusterClient(nodes, measurements);
    try {
      assert.deepEqual(await client.call("attach", "/volumes/v/attach", {}), { lun: 7 });
    } finally {
      failing.close();
      working.close();
    }
    const { count, retried, failed } = measurements.summary();
    assert.deepEqual([count, retried, failed], [1, 1, 0]);
  });
});
