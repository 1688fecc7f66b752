import { Agent } from "node:http";
import type { Lock } from "@fenceline/core";
import { requestJson } from "../json-http.js";
import { pausePoint } from "./pause-point.js";

/** A management connection to an array, opened for one operation. */
export interface ArrayConnection extends Disposable {
  read<T>(path: string): Promise<T>;
  write<T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T>;
}

export interface OpenArrayOptions {
  readonly array: string;
  readonly address: string;
  readonly user: string;
  /** The lock under which the operation runs, if it needs one. */
  readonly lock: Lock | undefined;
}

/**
 * Connects to an array. What runs under a lock checks it before each write, sends its token with each step, and
 * stops waiting for the array when it is lost: here, once for all drivers.
 */
export function openArray({ array, address, user, lock }: OpenArrayOptions): ArrayConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers: Record<string, string> = { "x-user": user };
  if (lock !== undefined) headers["x-fencing-token"] = `${lock.token}`;

  const send = <T>(method: string, path: string, body?: unknown): Promise<T> =>
    requestJson(method, address, path, { agent, body, headers, signal: lock?.signal });

  return {
    read: (path) => send("GET", path),
    async write(method, path, body) {
      lock?.assertHeld();
      if (lock !== undefined) pausePoint(array, lock.token);
      return await send(method, path, body);
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}
