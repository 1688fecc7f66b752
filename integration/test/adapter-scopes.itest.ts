import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Coordinator } from "@fenceline/core";
import { type Contender, type Contenders, scopeContract } from "@fenceline/testing";
import { createNodes, type TestNodes } from "./nodes.js";
import { suiteEtcd } from "./suite-etcd.js";
import { keysOfAllDefinitions } from "./support/adapters.js";

const program = fileURLToPath(new URL("./fixtures/contender.js", import.meta.url));
const keys = await keysOfAllDefinitions();

describe("scopes of the adapters' locks", () => {
  const children: ChildProcess[] = [];
  const directories: string[] = [];
  let nodes: TestNodes;
  let holder: Coordinator;
  let contenders: Contenders;

  before(async () => {
    nodes = await createNodes("adapter scopes");
    const [thisHost, otherHost] = [await makeDirectory(), await makeDirectory()];
    holder = await nodes.connect("holder", { lockDirectory: thisHost });
    const other = await nodes.connect("same process", { lockDirectory: thisHost });
    contenders = {
      sameProcess: {
        async tryLock(key) {
          const lock = await other.tryAcquire(key);
          await lock?.release();
          return lock !== undefined;
        },
      },
      sameHost: await startContender(thisHost),
      otherHost: await startContender(otherHost),
    };
  });

  after(async () => {
    for (const child of children) child.kill("SIGKILL");
    await nodes[Symbol.asyncDispose]();
    for (const directory of directories) await rm(directory, { recursive: true });
  });

  for (const { name, run } of scopeContract(keys, { setUp: () => ({ holder, contenders }) })) it(name, run);

  async function startContender(lockDirectory: string): Promise<Contender> {
    const { endpoints } = await suiteEtcd();
    const child = fork(program, [endpoints.join(","), nodes.namespace, lockDirectory]);
    children.push(child);
    await once(child, "message");
    return {
      async tryLock(key) {
        child.send(key);
        const [free] = await once(child, "message");
        return free;
      },
    };
  }

  async function makeDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), "fenceline-scopes-"));
    directories.push(directory);
    return directory;
  }
});
