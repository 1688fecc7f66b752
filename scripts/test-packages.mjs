// Packs every package that is published, checks what is in the tarballs, installs them into one ESM and one CommonJS project outside of the
// workspace, and runs both on Node.js 20, 22 and 24 against a real etcd.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEtcd } from "../packages/testing/dist/index.js";
import { ROOT } from "./lib/step.js";
import { PNPM } from "./lib/workspace.js";

const NODE_MAJORS = ["20", "22", "24"];
const run = promisify(execFile);
const work = await mkdtemp(join(tmpdir(), "fenceline-packages-"));
let failed = 0;

let etcd;
try {
  const tarballs = await packAll();
  // The command has nothing to import: it is run.
  const names = tarballs.map(({ name }) => name).filter((name) => name !== "@fenceline/cli");
  for (const { name, file } of tarballs) await checkTarball(name, file);
  etcd = await startEtcd({ install: true });
  for (const kind of ["module", "commonjs"]) {
    const project = join(work, kind);
    await mkdir(project);
    const dependencies = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
    await writeFile(
      join(project, "package.json"),
      JSON.stringify({ private: true, type: kind, dependencies }),
    );
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: project });
    await writeFile(join(project, "consumer.js"), consumer(kind, names));
    for (const major of NODE_MAJORS) await check(kind, project, major, etcd.endpoints);
  }
} finally {
  await etcd?.[Symbol.asyncDispose]();
  await rm(work, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

async function check(kind, project, major, endpoints) {
  const title = `${kind} consumer on Node.js ${major}`;
  try {
    const node = await nodeOf(major);
    const env = { ...process.env, FENCELINE_ETCD: endpoints.join(",") };
    const { stdout } = await run(node, ["consumer.js"], { cwd: project, env, timeout: 60_000 });
    await run(node, ["node_modules/.bin/fenceline", "key", "lio", "command"], { cwd: project });
    console.log(`  ✔ ${title}: ${stdout.trim()}`);
  } catch (error) {
    failed += 1;
    console.log(`  ✗ ${title}\n${error.stdout ?? ""}${error.stderr ?? error.stack}`);
  }
}

/** What publint and attw find wrong with a tarball. */
async function checkTarball(name, file) {
  const bin = (tool) => join(ROOT, "node_modules/.bin", tool);
  try {
    await run(bin("publint"), ["run", file, "--strict"]);
    await run(bin("attw"), ["--profile", "esm-only", file]);
    console.log(`  ✔ ${name} is packed as it should be`);
  } catch (error) {
    failed += 1;
    console.log(`  ✗ ${name} is packed wrongly\n${error.stdout ?? ""}${error.stderr ?? error.stack}`);
  }
}

/** Packs what is published; `workspace:` dependencies become versions on the way. */
async function packAll() {
  const folders = ["core", "testing", "cli", "tracing", ...(await adapterFolders())];
  const tarballs = [];
  for (const folder of folders) {
    const directory = join(ROOT, "packages", folder);
    const { name, private: isPrivate } = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
    if (isPrivate) continue;
    const file = join(work, `${name.replace(/[@/]/g, "-").slice(1)}.tgz`);
    await run("npx", ["-y", PNPM, "pack", "--out", file], { cwd: directory });
    tarballs.push({ name, file });
  }
  console.log(`  packed ${tarballs.length} packages`);
  return tarballs;
}

async function adapterFolders() {
  const entries = await readdir(join(ROOT, "packages/adapters"), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== "dist")
    .map(({ name }) => `adapters/${name}`);
}

/** This Node.js if it is of the wanted line, else the one that the npm registry has. */
async function nodeOf(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const directory = join(work, `node-${major}`);
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  await mkdir(directory, { recursive: true });
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefix", directory, `${name}@${major}`]);
  return join(directory, "node_modules", name, "bin/node");
}

/** A program that uses every package and ends by itself. */
function consumer(kind, names) {
  const load = (name) => (kind === "module" ? `await import("${name}")` : `require("${name}")`);
  return `
const main = async () => {
  const { connect, lockKey, FencelineError } = ${load("@fenceline/core")};
  const loaded = [${names.map((name) => load(name)).join(", ")}];
  const coordinator = await connect();
  const token = await coordinator.withLock(["volume", lockKey("process", "p"), lockKey("node", "n")], (lock) => lock.token);
  const refused = await coordinator.acquire("").catch((error) => FencelineError.is(error, "invalid_argument"));
  await coordinator.close();
  if (typeof token !== "bigint" || refused !== true) throw new Error("not as expected");
  console.log(process.version + ", " + loaded.length + " packages, a lock at every scope");
};
main().catch((error) => { console.error(error); process.exitCode = 1; });
`;
}
