import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheDirectory, fillDirectory } from "../../packages/testing/dist/etcd/debian-packages.js";
import { isExecutable } from "../../packages/testing/dist/etcd/find-on-path.js";
import { findNeighbours } from "./neighbours.js";
import { ROOT } from "./step.js";
import { unpacked } from "./unpacked-packages.js";

const run = promisify(execFile);
const SOURCE = join(ROOT, "packages/bench/peers/go/main.go");

/**
 * The environment in which the benchmarks find their peers: etcd on the PATH, Python's libraries, and the compiled Go
 * program. What is not here is left out, and the benchmarks say so.
 */
export async function findBenchPeers({ install }) {
  const say = (message) => console.error(message);
  // The benchmarks tell what they skip themselves.
  const skip = (what, why) => install && say(`${what}: ${why}`);
  const runs = await findNeighbours({ install, say, skip });
  // Beside the etcd of this machine's Debian there may be the one of the next, which is newer.
  const { env } = runs.find(({ title }) => title.includes("on etcd of")) ?? runs[0];
  const go = await compileGo({ install, say, skip });
  return { ...env, ...(go === undefined ? {} : { FENCELINE_BENCH_GO: go }) };
}

/** Go's compiler and etcd's client as Debian has them, and our program compiled with them; kept for its text. */
async function compileGo(options) {
  const hash = createHash("sha256")
    .update(await readFile(SOURCE))
    .digest("hex")
    .slice(0, 12);
  const directory = cacheDirectory("bench-go");
  const program = join(directory, hash);
  if (await isExecutable(program)) return program;
  const packages = ["golang-go", "golang-etcd-server-dev"];
  const root = await unpacked(options, "neighbours-go", packages, { withDependencies: true });
  if (root === undefined) return undefined;
  options.say(`compiling ${SOURCE.replace(ROOT, "")}`);
  try {
    await fillDirectory(directory, (parts) => compile(root, join(parts, hash)));
  } catch (error) {
    return void options.skip("compiling the Go program", error.message);
  }
  return program;
}

async function compile(root, program) {
  const goroot = join(root, "usr/lib/go");
  const env = {
    ...process.env,
    GOROOT: goroot,
    GOPATH: join(root, "usr/share/gocode"),
    GO111MODULE: "off",
    GOFLAGS: "",
    CGO_ENABLED: "0",
  };
  await run(join(goroot, "bin/go"), ["build", "-o", program, SOURCE], { env });
}
