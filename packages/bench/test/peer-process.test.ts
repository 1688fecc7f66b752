import assert from "node:assert/strict";
import { type PeerProcess, startPeer } from "../dist/peers/peer-process.js";

const settings = { endpoint: "", directory: "", variant: "" };

/** A program that answers each line with what `answer` makes of it. */
function program(answer: string, ready = 'ready {"it":"1.0"}'): Promise<PeerProcess> {
  const script = `console.log(${JSON.stringify(ready)});
    require("readline").createInterface(process.stdin).on("line", (line) => { ${answer} });`;
  return startPeer({ command: process.execPath, args: ["-e", script, "--"] }, settings);
}

describe("startPeer", () => {
  it("hears the versions, asks, and ends with its input", async () => {
    await using peer = await program("console.log('result ' + JSON.stringify({ line }))");
    assert.deepEqual(peer.versions, { it: "1.0" });
    assert.deepEqual(await peer.ask("run", { seconds: 1 }), { line: 'run {"seconds":1}' });
  });

  it("passes on why something failed", async () => {
    await using peer = await program(`console.log('failed "no etcd"')`);
    await assert.rejects(peer.ask("run", {}), /no etcd/);
  });

  it("tells of a program that ends before it answers, or before it is ready", async () => {
    await using peer = await program("process.exit(1)");
    await assert.rejects(peer.ask("run", {}), /ended before it wrote "result"/);
    const gone = startPeer({ command: process.execPath, args: ["-e", "0"] }, settings);
    await assert.rejects(gone, /ended before it wrote "ready"/);
  });

  it("tells of a program that is not there", async () => {
    const missing = startPeer({ command: "/nowhere/program", args: [] }, settings);
    await assert.rejects(missing, /ENOENT/);
  });
});
