/** Run by supervised-process.test.ts: starts a command, writes its process id, and ends as it is told. */
import { open } from "node:fs/promises";
import { startSupervised } from "../../dist/etcd/process/supervised-process.js";

const output = await open("/dev/null", "a");
const child = startSupervised("sleep", ["60"], { env: process.env, output: output.fd });
const end = process.argv[2];
process.on("SIGUSR2", () => {
  if (end === "throw") throw new Error("the test says so");
  process.exit(3);
});
if (end === "stay") process.on("SIGINT", () => process.stdout.write("still here\n"));
setInterval(() => {}, 1_000);
process.stdout.write(`${child.pid}\n`);
