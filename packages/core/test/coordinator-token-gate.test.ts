import assert from "node:assert/strict";
import { connect } from "../dist/connect.js";

describe("coordinator.tokenGate", () => {
  it("says what is missing without etcd", async () => {
    await using coordinator = await connect({ etcd: false });
    assert.throws(() => coordinator.tokenGate(), { code: "etcd_not_configured", message: /a token gate/ });
  });

  it("is refused once the coordinator is closed", async () => {
    const coordinator = await connect({ etcd: false });
    await coordinator.close();
    assert.throws(() => coordinator.tokenGate(), { code: "coordinator_closed" });
  });
});
