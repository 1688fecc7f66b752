import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { findSocketOwner } from "../../dist/etcd/process/socket-owner.js";

describe("findSocketOwner", () => {
  before(function () {
    if (existsSync("/proc/net/tcp")) return;
    console.log("    skipped: this kernel has no /proc/net/tcp");
    this.skip();
  });

  it("tells which process opened a connection", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const [accepted] = await once(server, "connection");
    const { localPort, remotePort } = accepted;
    try {
      assert.equal(findSocketOwner({ localPort, remotePort }, [1, process.pid]), process.pid);
      assert.equal(findSocketOwner({ localPort, remotePort }, []), undefined);
      assert.equal(findSocketOwner({ localPort, remotePort: localPort }, [process.pid]), undefined);
    } finally {
      client.destroy();
      accepted.destroy();
      server.close();
    }
  });
});
