import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createNodes, type TestNodes } from "./nodes.js";
import { suiteEtcd } from "./suite-etcd.js";

const worker = fileURLToPath(new URL("./fixtures/worker.js", import.meta.url));

describe("faults of a process", function () {
  this.timeout(30_000);
  let nodes: TestNodes;
  const children: ChildProcess[] = [];
  beforeEach(async function () {
    nodes = await createNodes(this.currentTest?.title ?? "");
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await nodes[Symbol.asyncDispose]();
  });

  const startWorker = async (name: string) => {
    const { endpoints } = await suiteEtcd();
    const child = spawn(process.execPath, [worker, endpoints.join(","), nodes.namespace, name], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const [, token] = /^held (\d+)$/.exec((await lines.next()).value) ?? [];
    assert.ok(token);
    return { child, token: BigInt(token), nextLine: async () => (await lines.next()).value as string };
  };

  it("frees the lock of a killed holder within its TTL and a second", async () => {
    const { child, token } = await startWorker("killed");
    const b = await nodes.connect("b");
    child.kill("SIGKILL");
    // The granted TTL is 2 s; etcd looks for expired leases twice a second.
    const lock = await b.acquire("killed", { timeoutMs: 3_000 });
    assert.ok(lock.token > token);
  });

  it("refuses the late write of a holder that was paused for longer than its lease", async () => {
    const { child, token, nextLine } = await startWorker("paused");
    const b = await nodes.connect("b");
    child.kill("SIGSTOP");
    const lock = await b.acquire("paused", { timeoutMs: 5_000 });
    assert.ok(lock.token > token);
    await lock.guardedTxn((txn) => txn.put(nodes.unique("data")).value("newer"));
    child.stdin?.write("go on\n");
    child.kill("SIGCONT");
    assert.equal(await nextLine(), "resumed held=false write=lock_lost");
    assert.equal(await nodes.read(nodes.unique("data")), "newer");
    lock.assertHeld();
  });

  it("keeps the lock over a pause that is shorter than its lease", async () => {
    const { child, nextLine } = await startWorker("short");
    child.kill("SIGSTOP");
    await sleep(500);
    child.stdin?.write("go on\n");
    child.kill("SIGCONT");
    assert.equal(await nextLine(), "resumed held=true write=written");
  });

  it("lets the process end by itself once the coordinator is closed", async () => {
    const { child, nextLine } = await startWorker("exit");
    child.stdin?.write("go on\n");
    await nextLine();
    child.stdin?.end();
    const [code] = await once(child, "exit");
    assert.equal(code, 0);
  });
});
