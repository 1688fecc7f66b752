import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ProgramSettings } from "../programs/settings.js";
import type { Command } from "./peer.js";

/** A program that runs and does what it is told, see `serve`. */
export interface PeerProcess extends AsyncDisposable {
  readonly versions: Readonly<Record<string, string>>;
  /** Sends a command and resolves to its result. One at a time. */
  ask<T>(command: string, argument: unknown): Promise<T>;
}

/** How long a program may take to end by itself. */
const END_MS = 5_000;

/** Starts a program and waits until it is ready. With this process it ends too: its input does. */
export async function startPeer(command: Command, settings: ProgramSettings): Promise<PeerProcess> {
  const child = spawn(command.command, [...command.args, JSON.stringify(settings)], {
    env: { ...process.env, ...command.env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child, "spawn");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on("error", () => {}); // it has ended: the next line tells

  const next = async (expected: string): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${describe(command)} ended before it wrote "${expected}"`);
    const [, word, json] = /^(\w+) (.*)$/.exec(value) ?? [];
    if (word === expected && json !== undefined) return JSON.parse(json);
    throw new Error(`${describe(command)}: ${word === "failed" ? JSON.parse(json ?? '""') : value}`);
  };

  const stop = (): Promise<void> => end(child);
  try {
    const versions = (await next("ready")) as Record<string, string>;
    return {
      versions,
      async ask<T>(name: string, argument: unknown) {
        child.stdin.write(`${name} ${JSON.stringify(argument)}\n`);
        return (await next("result")) as T;
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), END_MS);
  await ended;
  clearTimeout(timer);
}

function describe({ command, args }: Command): string {
  return [command, ...args].map((part) => part.replace(/^.*\//, "")).join(" ");
}
