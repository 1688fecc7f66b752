/**
 * A process that takes locks with Fenceline: `<options of connect> <lock keys> <command> <arguments>`, the first two as
 * JSON. It prints a line at each step and goes on when a line comes in. Options `null` mean no locks at all.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectOptions, connect, type LockKey } from "@fenceline/core";

const [optionsText = "null", keysText = "[]", command = "", ...rest] = process.argv.slice(2);
const options = JSON.parse(optionsText) as ConnectOptions | null;
const keys = JSON.parse(keysText) as (string | LockKey)[];
const coordinator = options === null ? undefined : await connect(options);
const lines = createInterface(process.stdin)[Symbol.asyncIterator]();

const commands: Readonly<Record<string, () => Promise<void>>> = {
  /** Holds the locks until it is told to go on. */
  async hold() {
    const lock = await coordinator?.acquire(keys);
    console.log("held");
    await lines.next();
    await lock?.release();
    console.log("released");
    await lines.next();
  },
  /** Counts up in files, with a pause between reading and writing. */
  async count() {
    const [turns, ...files] = rest;
    for (let turn = 0; turn < Number(turns); turn++) {
      const lock = await coordinator?.acquire(keys);
      const counts = files.map((file) => Number(readFileSync(file, "utf8")) || 0);
      await sleep(1);
      for (const [i, count] of counts.entries()) writeFileSync(files[i] as string, String(count + 1));
      await lock?.release();
    }
  },
};

console.log("ready");
await lines.next();
await commands[command]?.();
await coordinator?.close();
process.exit();
