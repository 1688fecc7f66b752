/**
 * A process that waits for a lock, holds it a moment and gives it back: `<options of connect> <key>`, the first as
 * JSON. It prints a line at each step.
 */
import "./end-with-parent.js";
import { writeSync } from "node:fs";
import { type ConnectOptions, connect, type FencelineError } from "@fenceline/core";

const [options = "", key = ""] = process.argv.slice(2);
const tell = (line: string): void => void writeSync(1, `${line}\n`);
const coordinator = await connect(JSON.parse(options) as ConnectOptions);
tell("connected");
// Goes on when a line comes in.
await new Promise((resolve) => process.stdin.once("data", resolve));
try {
  const lock = await coordinator.acquire(key);
  tell(`granted ${lock.token}`);
  await lock.release();
} catch (error) {
  tell(`rejected ${(error as FencelineError).code}`);
}
await coordinator.close();
process.exit();
