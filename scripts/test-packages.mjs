// Packs every package that is published, checks what is in the tarballs, installs them into one ESM and one CommonJS project outside of the
// workspace, and runs both on Node.js 20, 22 and 24 against a real etcd. Then it traces with the OpenTelemetry SDK of each line.
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEtcd } from "../packages/testing/dist/index.js";
import { ROOT } from "./lib/step.js";
import { PNPM } from "./lib/workspace.js";

const NODE_MAJORS = ["20", "22", "24"];
/** The lines of the OpenTelemetry SDK, which exclude each other: 2 is that of Node.js 20, 3 runs from 22.15 on. */
const SDKS = [
  {
    name: "@opentelemetry/sdk-trace-base",
    nodeMajors: ["20", "22"],
    dependencies: {
      "@opentelemetry/api": "1.9.1",
      "@opentelemetry/context-async-hooks": "2.12.0",
      "@opentelemetry/exporter-trace-otlp-http": "0.223.0",
      "@opentelemetry/sdk-metrics": "2.12.0",
      "@opentelemetry/sdk-trace-base": "2.12.0",
    },
  },
  {
    name: "@opentelemetry/sdk-trace",
    nodeMajors: ["22", "24"],
    dependencies: {
      "@opentelemetry/api": "1.10.0",
      "@opentelemetry/context-async-hooks": "3.1.1",
      "@opentelemetry/exporter-trace-otlp-http": "0.301.0",
      "@opentelemetry/sdk-metrics": "3.1.1",
      "@opentelemetry/sdk-trace": "3.1.1",
    },
  },
];
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
    const project = await install(kind, kind, tarballs, {});
    await writeFile(join(project, "consumer.js"), consumer(kind, names));
    for (const major of NODE_MAJORS) {
      await check(`${kind} consumer on Node.js ${major}`, project, major, ["consumer.js"]);
      const command = ["node_modules/.bin/fenceline", "key", "lio", "command"];
      await check(`command in a ${kind} project on Node.js ${major}`, project, major, command);
    }
  }
  const traced = tarballs.filter(({ name }) => ["@fenceline/core", "@fenceline/tracing"].includes(name));
  for (const [index, sdk] of SDKS.entries()) {
    const project = await install(`sdk-${index}`, "module", traced, sdk.dependencies);
    await copyFile(
      join(ROOT, "packages/tracing/test/fixtures/sdk-consumer.mjs"),
      join(project, "consumer.mjs"),
    );
    for (const major of sdk.nodeMajors) {
      await check(`${sdk.name} on Node.js ${major}`, project, major, ["consumer.mjs", sdk.name]);
    }
  }
} finally {
  await etcd?.[Symbol.asyncDispose]();
  await rm(work, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/** A project that has installed the tarballs, and other packages. */
async function install(folder, type, tarballs, others) {
  const project = join(work, folder);
  await mkdir(project);
  const packed = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
  const dependencies = { ...packed, ...others };
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type, dependencies }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: project });
  return project;
}

async function check(title, project, major, program) {
  try {
    const node = await nodeOf(major);
    const env = { ...process.env, FENCELINE_ETCD: etcd.endpoints.join(",") };
    const { stdout } = await run(node, program, { cwd: project, env, timeout: 60_000 });
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
