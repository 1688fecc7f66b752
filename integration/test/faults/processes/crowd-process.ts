/**
 * A process of many nodes that all want one lock: `<options of connect> <key> <name of the process> <how many>`, the
 * first as JSON. It prints a line when all are connected, goes on when a line comes in, and prints each grant.
 */
import "./end-with-parent.js";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { writeSync } from "node:fs";
import { type ConnectOptions, type Coordinator, connect } from "@fenceline/core";

const [optionsText = "", key = "", name = "", count = ""] = process.argv.slice(2);
const options = JSON.parse(optionsText) as ConnectOptions;
const tell = (line: string): void => void writeSync(1, `${line}\n`);

const coordinators = [];
for (let i = 0; i < Number(count); i += 1) {
  coordinators.push(await connect({ ...options, node: `${name}-${i}` }));
}
tell("connected");
await new Promise((resolve) => process.stdin.once("data", resolve));

const working: Promise<void>[] = [];
for (const [i, coordinator] of coordinators.entries()) {
  const queued = nextBlocked();
  working.push(work(coordinator, `${name}-${i}`));
  await queued;
}
await Promise.all(working);
process.exit();

async function work(coordinator: Coordinator, node: string): Promise<void> {
  const lock = await coordinator.acquire(key);
  tell(`${lock.token} ${node}`);
  await lock.release();
}

/** Resolves when a request of this process stands in the queue, and knows behind whom. */
function nextBlocked(): Promise<void> {
  return new Promise((resolve) => {
    const channel = "fenceline:acquire:blocked";
    const onBlocked = (): void => {
      unsubscribe(channel, onBlocked);
      resolve();
    };
    subscribe(channel, onBlocked);
  });
}
