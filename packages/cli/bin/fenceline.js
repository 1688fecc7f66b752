#!/usr/bin/env node
import { main } from "../dist/main.js";

for (const stream of [process.stdout, process.stderr]) {
  // Whoever read it may be gone: no reason to die, and to leave a command behind that has lost its lock.
  stream.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
  });
}
const exitCode = await main(process.argv.slice(2));
// Not by itself: the kernel cannot be told to forget a wait for a node lock, and that keeps a process alive.
process.stdout.write("", () => process.exit(exitCode));
